/*
 * day.c — see day.h. The arithmetic shifts the year's beginning to March, so that the
 * leap day comes last and months have a regular rhythm of 153 days in five.
 */
#include "base/day.h"

#include <stdio.h>
#include <string.h>

enum {
    DAYS_ERA = 146097,     /* 400 years */
    DAYS_TO_EPOCH = 719468 /* from 0000-03-01 to 1970-01-01 */
};

int32_t day_number(int year, int month, int day)
{
    int months = month - 1;
    int y = year + months / 12;
    int m = months % 12;
    int era, year_of_era, day_of_year;

    if (m < 2)
        y--;
    m = (m + 10) % 12; /* March is 0 */
    era = (y >= 0 ? y : y - 399) / 400;
    year_of_era = y - era * 400;
    day_of_year = (153 * m + 2) / 5 + day - 1;
    return era * DAYS_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
           day_of_year - DAYS_TO_EPOCH;
}

void day_civil(int32_t number, int *year, int *month, int *day)
{
    int32_t z = number + DAYS_TO_EPOCH;
    int32_t era = (z >= 0 ? z : z - (DAYS_ERA - 1)) / DAYS_ERA;
    int32_t d = z - era * DAYS_ERA;
    int32_t y = (d - d / 1460 + d / 36524 - d / (DAYS_ERA - 1)) / 365;
    int32_t day_of_year = d - (365 * y + y / 4 - y / 100);
    int32_t m = (5 * day_of_year + 2) / 153;

    *day = (int)(day_of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + era * 400 + (*month <= 2 ? 1 : 0));
}

int day_weekday(int32_t number)
{
    int32_t w = (number + 3) % 7; /* 1970-01-01 was a Thursday */

    return (int)(w < 0 ? w + 7 : w);
}

void day_text(int32_t number, char out[DAY_TEXT])
{
    int year, month, day;

    day_civil(number, &year, &month, &day);
    snprintf(out, DAY_TEXT, "%04u-%02u-%02u", (unsigned)year % 10000,
             (unsigned)month % 100, (unsigned)day % 100);
}

/* The number that `digits` characters write; -1 where one of them is no digit. */
static int read_digits(const char *text, int digits)
{
    int value = 0;

    for (int i = 0; i < digits; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool day_parse(const char *text, int32_t *number)
{
    int year, month, day, y, m, d;
    int32_t found;

    if (strlen(text) != DAY_TEXT - 1 || text[4] != '-' || text[7] != '-')
        return false;
    year = read_digits(text, 4);
    month = read_digits(text + 5, 2);
    day = read_digits(text + 8, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    found = day_number(year, month, day);
    day_civil(found, &y, &m, &d);
    if (y != year || m != month || d != day)
        return false;
    *number = found;
    return true;
}
