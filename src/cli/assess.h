/*
 * assess.h — `yiping assess`: a year as a bundle that can be worked out again elsewhere,
 * and `yiping replay`: working it out.
 */
#ifndef CLI_ASSESS_H
#define CLI_ASSESS_H

int cli_assess(int argc, char **argv);
int cli_replay(int argc, char **argv);

#endif
