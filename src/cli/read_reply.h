/*
 * read_reply.h — `yiping read-reply`: reads replies from stdin and says what they mean.
 */
#ifndef CLI_READ_REPLY_H
#define CLI_READ_REPLY_H

/* argv[0] is the command's name. Returns the exit code: 0 done, 1 could not write, 2
 * wrong use. */
int cli_read_reply(int argc, char **argv);

#endif
