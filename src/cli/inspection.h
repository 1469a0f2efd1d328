/*
 * inspection.h — the discipline inspection's own machine: makes the pair of keys, and
 * opens the answers that were sealed to it. Neither needs a server, a store or a network.
 */
#ifndef CLI_INSPECTION_H
#define CLI_INSPECTION_H

/* yiping inspection keygen --out FILE, yiping inspection open --key FILE [ANSWERS] */
int cli_inspection(int argc, char **argv);

#endif
