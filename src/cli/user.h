/*
 * user.h — yiping user add|list: the accounts of people.
 */
#ifndef CLI_USER_H
#define CLI_USER_H

int cli_user(int argc, char **argv);

#endif
