/*
 * sheet_preview.h — what a sheet of several parts would change, before it is kept.
 *
 * A sheet replaces the newest one of each of its parts: a department without a cell in it
 * has no marks of that part afterwards, and that is shown, too. Reader thread.
 */
#ifndef WEB_SHEET_PREVIEW_H
#define WEB_SHEET_PREVIEW_H

#include "web/scheme_page.h"

/*
 * Fills p->preview, given: {"columns": [{"name": …, "fresh": 3, "changed": 1, "gone": 0,
 * "same": 8}], "rows": [{"name": …, "cells": [{"before": …, "after": …, "word": …,
 * "differs": …}]}]} of every department that has marks before or after.
 */
NODISCARD bool sheet_preview_read(struct store *st, struct scheme_page *p,
                                  struct error *err);

#endif
