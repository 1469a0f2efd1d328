/*
 * device.h — yiping device list|end: the browsers that are a kiosk or a desk.
 */
#ifndef CLI_DEVICE_H
#define CLI_DEVICE_H

int cli_device(int argc, char **argv);

#endif
