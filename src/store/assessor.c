/*
 * assessor.c — see assessor.h.
 */
#include "store/assessor.h"

#include <string.h>

#include "store/hall_store.h"

/* The department that the account is tied to; "" for none. */
static bool home_of(struct store *st, const struct caller *who, char home[CODE_SIZE],
                    struct error *err)
{
    struct window window;
    bool found;

    memcpy(home, who->place, CODE_SIZE);
    if (who->role != ROLE_WINDOW_HEAD || who->place[0] == '\0')
        return true;
    if (!window_find(st, who->place, &window, &found, err))
        return false;
    home[0] = '\0';
    if (found)
        memcpy(home, window.department_code, CODE_SIZE);
    return true;
}

bool assessor_may(struct store *st, const struct caller *who, const char *department,
                  int64_t now_ms, enum assessor_bar *bar, struct error *err)
{
    char home[CODE_SIZE];

    (void)now_ms;
    *bar = ASSESSOR_FREE;
    if (!home_of(st, who, home, err))
        return false;
    if (home[0] != '\0' && strcmp(home, department) == 0)
        *bar = ASSESSOR_OWN_DEPARTMENT;
    return true;
}
