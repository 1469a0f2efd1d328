/*
 * assess_year.c — see assess_year.h.
 */
#include "web/assess_year.h"

#include <string.h>

int assess_year(const struct exchange *x)
{
    const char *text = exchange_param(x, 0);
    int year = 0;

    if (text == NULL || strlen(text) != 4)
        return 0;
    for (; *text >= '0' && *text <= '9'; text++)
        year = 10 * year + *text - '0';
    return *text == '\0' && year >= 2000 && year <= 2199 ? year : 0;
}
