/*
 * import.h — `yiping import cases FILE --data DIR`: what other systems say of cases.
 */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

/* The command; its exit code. */
int cli_import(int argc, char **argv);

#endif
