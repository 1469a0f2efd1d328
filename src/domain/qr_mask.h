/*
 * qr_mask.h — which of its eight masks a QR symbol wears (ISO/IEC 18004, 7.8).
 *
 * Only for qr.c. Pure; any thread.
 */
#ifndef DOMAIN_QR_MASK_H
#define DOMAIN_QR_MASK_H

#include "domain/qr.h"

/*
 * Takes a symbol of level M that wears mask 0 and gives it the one with the least
 * penalty, the lowest number of several. `data[y]` has a bit for each module that carries
 * data or its correction; the others are masked by nobody.
 */
void qr_mask_choose(struct qr *qr, const uint64_t data[QR_SIZE_MAX]);

#endif
