/*
 * printer.h — `yiping printer status|test|profile|roll|address`: for who sets a printer
 * up.
 */
#ifndef CLI_PRINTER_H
#define CLI_PRINTER_H

int cli_printer(int argc, char **argv);

#endif
