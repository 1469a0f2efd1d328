/*
 * bench_fill.h — yiping bench-fill: many closed cases with tickets, for measuring.
 *
 * yiping bench-fill --data DIR --cases N [--closed-unrated] [--tokens]
 *
 * For a folder that was made with `yiping init` and is not served meanwhile. Every third
 * case is rated by its ticket's code, none with --closed-unrated. With --tokens stdout
 * gets the token of each ticket, one a line; else nothing. It writes through the same
 * functions as the server, in transactions of some thousand cases.
 */
#ifndef CLI_BENCH_FILL_H
#define CLI_BENCH_FILL_H

/* argv[0] is the command's name. Returns the exit code. */
int cli_bench_fill(int argc, char **argv);

#endif
