/*
 * gateway.h — `yiping gateway sample|status|test`: how to set a gateway up, how all of
 * them stand, and whether a message really arrives.
 */
#ifndef CLI_GATEWAY_H
#define CLI_GATEWAY_H

int cli_gateway(int argc, char **argv);

#endif
