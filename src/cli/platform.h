/*
 * platform.h — `yiping platform status`: what became of the ratings that go to the
 * regional platform.
 */
#ifndef CLI_PLATFORM_H
#define CLI_PLATFORM_H

int cli_platform(int argc, char **argv);

#endif
