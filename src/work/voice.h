/*
 * voice.h — the clips that calls are spoken with, and the sound of a whole call.
 *
 * Clips are WAV files with the names of domain/spoken.h. Those of the hall's own staff
 * (setting screen.recordings) stand before those made by `yiping voice make`, which lie
 * in the data folder's voice/. All are read once, at start, and never change: any thread
 * may ask. A file that cannot be used is told to the journal and counts as missing.
 *
 * A call is a chime, then what is said, then after a rest the same again. Where a clip of
 * it is missing only the chime sounds: half a sentence is worse than none.
 */
#ifndef WORK_VOICE_H
#define WORK_VOICE_H

#include "base/wav.h"
#include "domain/spoken.h"

enum {
    VOICE_REST_MS = 40, /* between two clips */
    VOICE_AFTER_CHIME_MS = 250,
    VOICE_AGAIN_MS = 700,
};

/* The folder in the data folder. */
extern const char voice_folder[];

struct voice;

/* Either folder may be NULL, "" or not there. Given. */
struct voice *voice_open(const char *recordings, const char *made);
void voice_free(struct voice *v);

/* How many clips there are, of spoken_clip_count. */
size_t voice_clips(const struct voice *v);

/* The sound of one clip, NULL where it is missing. Borrowed. */
const struct sound *voice_clip(const struct voice *v, const struct spoken_clip *clip);
const struct sound *voice_chime(const struct voice *v);

/*
 * The whole call as a WAV file: `times` times what is said, after the chime. False where
 * only the chime could be given: a clip is missing, or nothing is to be said.
 */
bool voice_call(const struct voice *v, const struct spoken *call, int times,
                struct buf *out);

#endif
