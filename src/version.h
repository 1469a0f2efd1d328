/*
 * version.h — which build this is; the Makefile writes version.c from git.
 */
#ifndef VERSION_H
#define VERSION_H

extern const char yiping_version[];

#endif
