/*
 * page_papers.h — /assess/{year}/papers: qualified assessors, process templates,
 * training, supervision of procedure, and final judgements with their signatures.
 */
#ifndef WEB_PAGE_PAPERS_H
#define WEB_PAGE_PAPERS_H

#include "web/exchange.h"

void page_papers(struct exchange *x);
void page_paper_post(struct exchange *x);
void page_assessor_post(struct exchange *x);
void page_judgement_post(struct exchange *x);

#endif
