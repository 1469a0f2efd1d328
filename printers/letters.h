/*
 * letters.h — a character as black dots: the only room of Pango and Cairo.
 *
 * Cells are 12 dots wide and 24 high, magnified by whole numbers; a letter that the font
 * makes wider is squeezed into them. Grey antialiasing with slight hints, then a
 * threshold a little below the middle, which keeps thin strokes; nothing is dithered.
 * Needs "Noto Sans Mono CJK SC" and, for columns, "Noto Sans Mongolian"; Pango finds a
 * stand-in where they are missing. Fonts are loaded by the first call on a thread (up to
 * 60 ms) and stay with it: one thread should do all the drawing.
 */
#ifndef PRINTERS_LETTERS_H
#define PRINTERS_LETTERS_H

#include <stdbool.h>
#include <stddef.h>

/* What is drawn: one character with its marks, a word of joined letters, or a column. */
struct letter_form {
    const char *text; /* UTF-8 */
    size_t length;    /* bytes */
    int cells;        /* unmagnified */
    int wide, high;   /* magnification; of a column its height in rows of 24 dots */
    bool bold;
    bool column; /* traditional Mongolian: read downwards, every letter on its side */
};

/* The dots, without the white around them. */
struct letter {
    int x, y;                  /* of its first dot, from the top left of its cells */
    int stride, rows;          /* bytes a row; 0 where all is white */
    const unsigned char *bits; /* as in struct bitmap */
};

struct letters;

/* Given: letters_free it, on the same thread. NULL where there is no drawing at all. */
struct letters *letters_new(void);
void letters_free(struct letters *l);

/* Draws one form; `out` is borrowed until the next call. */
void letters_draw(struct letters *l, const struct letter_form *form, struct letter *out);

/* How many characters of the form no font on this machine has. */
int letters_missing(struct letters *l, const struct letter_form *form);

/* Gives back the fonts of this thread, for its end; letters_free before. */
void letters_forget_fonts(void);

#endif
