"""Reads a table with eyes that are not ours: CSV by Python's csv, XLSX by zipfile and XML.

tables.py FILE: JSON on stdout. Of a CSV its rows; of an XLSX, for each sheet, its rows (texts as
they are, numbers as [number, format]) with what is frozen and filtered.
"""
import csv, io, json, re, sys, zipfile
from xml.etree import ElementTree

NS = {'m': 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'}
R = '{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id'


def column(reference):
    at = 0
    for letter in re.match('[A-Z]+', reference).group():
        at = at * 26 + ord(letter) - 64
    return at - 1


def sheet(xml, formats):
    root = ElementTree.fromstring(xml)
    rows = []
    for row in root.iterfind('.//m:sheetData/m:row', NS):
        cells = []
        for cell in row.iterfind('m:c', NS):
            at = column(cell.get('r'))
            cells += [None] * (at + 1 - len(cells))
            if cell.get('t') == 'inlineStr':
                cells[at] = ''.join(t.text or '' for t in cell.iterfind('.//m:t', NS))
            else:
                cells[at] = [float(cell.find('m:v', NS).text), formats[int(cell.get('s', 0))]]
        rows.append(cells)
    pane, kept = root.find('.//m:pane', NS), root.find('m:autoFilter', NS)
    return {'rows': rows, 'frozen': pane is not None and pane.get('state') == 'frozen' and pane.get('ySplit'),
            'filter': kept is not None and kept.get('ref')}


def workbook(path):
    book = zipfile.ZipFile(path)
    assert book.testzip() is None
    styles = ElementTree.fromstring(book.read('xl/styles.xml'))
    named = {f.get('numFmtId'): f.get('formatCode') for f in styles.iterfind('.//m:numFmt', NS)}
    formats = [named.get(x.get('numFmtId'), x.get('numFmtId')) for x in styles.iterfind('m:cellXfs/m:xf', NS)]
    links = {r.get('Id'): r.get('Target') for r in ElementTree.fromstring(book.read('xl/_rels/workbook.xml.rels'))}
    return [{'name': s.get('name'), **sheet(book.read('xl/' + links[s.get(R)]), formats)}
            for s in ElementTree.fromstring(book.read('xl/workbook.xml')).iterfind('.//m:sheet', NS)]


path = sys.argv[1]
if path.endswith('.xlsx'):
    out = workbook(path)
else:
    text = open(path, 'rb').read()
    assert b'\n' not in text.replace(b'\r\n', b'').replace(b'"', b'') or b'"' in text
    out = list(csv.reader(io.StringIO(text.decode('utf-8'), newline=''), strict=True))
json.dump(out, sys.stdout)
