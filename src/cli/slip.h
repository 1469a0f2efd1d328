/*
 * slip.h — `yiping slip`: a ticket without a server, bytes on stdout.
 */
#ifndef CLI_SLIP_H
#define CLI_SLIP_H

/*
 * argv[0] is the command's own word, "slip". Returns the exit code: 0 done, 1 failed, 2
 * wrong use, 3 template or printer profile wrong. Messages go to stderr.
 */
int cli_slip(int argc, char **argv);

#endif
