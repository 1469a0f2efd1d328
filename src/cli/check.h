/*
 * check.h — `yiping check` and `yiping config`: is what somebody wrote right, and what is
 * in force.
 *
 * Both take argv from the command's own word on and return the exit code: 0 right, 2
 * wrong use, 3 configuration wrong, 1 when something could not be read.
 */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

/*
 * yiping check [--config FILE] [--hall FILE] [--json]
 * stdout: each fault as "FILE:LINE: key: what is wrong, what is allowed", or one JSON
 * object {"ok", "faults": [{"file", "line", "key", "text"}]}.
 */
int cli_check(int argc, char **argv);

/* yiping config dump [--config FILE] [--secrets] [--json] */
int cli_config(int argc, char **argv);

#endif
