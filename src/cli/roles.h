/*
 * roles.h — `yiping roles`: who may come in by which route, and what he sees there, as
 * the server itself decides it (web/access.h).
 */
#ifndef CLI_ROLES_H
#define CLI_ROLES_H

int cli_roles(int argc, char **argv);

#endif
