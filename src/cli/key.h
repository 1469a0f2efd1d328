/*
 * key.h — yiping key add|list|end: the keys of machines, desks and other systems.
 */
#ifndef CLI_KEY_H
#define CLI_KEY_H

int cli_key(int argc, char **argv);

#endif
