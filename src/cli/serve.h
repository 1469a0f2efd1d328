/*
 * serve.h — yiping serve and yiping demo.
 */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

int cli_serve(int argc, char **argv);
int cli_demo(int argc, char **argv);

#endif
