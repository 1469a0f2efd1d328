/*
 * export.h — `yiping export ratings|record --data DIR FILE`: ratings out of a data
 * folder.
 */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H

/* The command; its exit code. */
int cli_export(int argc, char **argv);

#endif
