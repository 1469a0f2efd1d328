/*
 * sms_count.h — the command `yiping sms-count`: how many messages a text is.
 */
#ifndef CLI_SMS_COUNT_H
#define CLI_SMS_COUNT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/compiler.h"
#include "base/error.h"

/*
 * Runs the command: argv[0] is its name, `--carrier cn` counts as mainland carriers bill.
 * Reads stdin, writes stdout; the exit code is 0, 1 where a line cannot be counted or
 * stdout cannot be written, 2 for wrong use.
 */
int cli_sms_count(int argc, char **argv);

/*
 * One text a line (`\n` as two characters is a line break in it), one JSON object a line:
 * {"encoding":"gsm7|ucs2","units":65,"parts":1}. ERROR_MALFORMED with the line's number
 * where a text is not UTF-8; the lines before it have been written.
 */
NODISCARD bool sms_count_lines(FILE *in, FILE *out, bool carrier_cn, struct error *err);

#endif
