/*
 * print_agent.h — `yiping print-agent`: prints a server's tickets on a printer that the
 * server cannot call.
 */
#ifndef CLI_PRINT_AGENT_H
#define CLI_PRINT_AGENT_H

int cli_print_agent(int argc, char **argv);

#endif
