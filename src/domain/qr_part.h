/*
 * qr_part.h — between a QR symbol's code words and its picture; only for qr*.c.
 */
#ifndef DOMAIN_QR_PART_H
#define DOMAIN_QR_PART_H

#include "domain/qr.h"

enum { QR_WORDS_MAX = 172 }; /* of version 6, correction included */

/*
 * Lays the code words into a symbol of `version` (2 to 6), level M, under the mask of the
 * least penalty (ISO/IEC 18004, 7.7 to 7.9).
 */
void qr_draw(int version, const unsigned char *words, int count, struct qr *out);

#endif
