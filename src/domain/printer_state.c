/*
 * printer_state.c — see printer_state.h.
 */
#include "domain/printer_state.h"

#include "base/compiler.h"

/* What a person should hear first stands first. */
static const struct {
    unsigned sign; /* 0: not online, and no other sign says why */
    const char *key, *chinese, *english;
} troubles[] = {
    {PRINTER_COVER_OPEN, "printer_cover_open", "打印机盖子没有关好，请合上。",
     "The printer's cover is open. Close it."},
    {PRINTER_PAPER_END, "printer_paper_end", "打印机没有纸了，请装一卷新纸。",
     "The printer has no paper. Put a new roll in."},
    {PRINTER_CUTTER_ERROR, "printer_cutter_error",
     "打印机切刀卡住了，请关机，取出纸屑后再开机。",
     "The printer's cutter is stuck. Switch it off, take the paper out, switch it on."},
    {PRINTER_FATAL_ERROR, "printer_fatal_error",
     "打印机出现故障，请关机再开机；还不行请报修。",
     "The printer is broken. Switch it off and on; if that does not help, have it "
     "repaired."},
    {PRINTER_RECOVERABLE_ERROR, "printer_recoverable_error",
     "打印机卡纸或出错，请打开盖子查看。",
     "The printer has jammed. Open its cover and look."},
    {PRINTER_OVERHEATED, "printer_overheated", "打印头过热，稍后会自动恢复。",
     "The printer's head is too hot; it goes on by itself in a while."},
    {0, "printer_offline", "打印机没有应答，请检查电源和连线。",
     "The printer does not answer. Is it switched on and connected?"},
    {PRINTER_PAPER_NEAR_END, "printer_paper_near_end", "打印纸快用完了，请准备换纸。",
     "The paper is nearly at its end. Have a new roll ready."},
};

const char *printer_sign_word(int at)
{
    static const char *const words[PRINTER_SIGNS] = {
        "online",      "cover_open",        "paper_near_end", "paper_end", "cutter_error",
        "fatal_error", "recoverable_error", "overheated",     "unknown"};

    return words[at];
}

bool printer_blocked(unsigned signs)
{
    const unsigned stops = PRINTER_COVER_OPEN | PRINTER_PAPER_END | PRINTER_CUTTER_ERROR |
                           PRINTER_FATAL_ERROR;

    if ((signs & stops) != 0)
        return true;
    return (signs & (PRINTER_ONLINE | PRINTER_UNKNOWN)) == 0;
}

/* The row of `troubles` that holds, or -1. */
static int first_trouble(unsigned signs)
{
    for (size_t i = 0; i < LENGTH(troubles); i++) {
        if (troubles[i].sign != 0 && (signs & troubles[i].sign) != 0)
            return (int)i;
        if (troubles[i].sign == 0 && (signs & (PRINTER_ONLINE | PRINTER_UNKNOWN)) == 0)
            return (int)i;
    }
    return -1;
}

const char *printer_trouble(unsigned signs)
{
    int at = first_trouble(signs);

    return at >= 0 ? troubles[at].key : NULL;
}

const char *printer_advice(unsigned signs, bool english)
{
    int at = first_trouble(signs);

    if (at < 0)
        return "";
    return english ? troubles[at].english : troubles[at].chinese;
}
