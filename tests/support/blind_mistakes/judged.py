"""Mistakes of which the value, the element or the line that is at fault has to be named, not only the pin."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import filled, late, one, page

TABLE = {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}
VOCABULARY = {"vocab.txt": b"cat 1\ndog 2\n", "tabbed.txt": b"cat\t1\ndog\t2\n"}
READ = {"filename": "vocab.txt", "key_index": "0", "value_index": "1"}
PIPE = {"it": "IteratorV2", "mk": "MakeIterator", "nx": "IteratorGetNext", "a_make": ("ClientSession", {"once": "true"}), "b_next": "ClientSession"}
DRAWN = "c.handle -> mk.dataset\nit.handle -> mk.iterator\nmk.operation -> a_make.run_outputs\nit.handle -> nx.iterator\nnx.components[0] -> b_next.fetch_outputs"
QUEUE2 = ("FIFOQueue", {"component_types": "DT_STRING,DT_FLOAT"})
QUEUE3 = ("FIFOQueue", {"component_types": "DT_FLOAT,DT_FLOAT,DT_FLOAT"})

JUDGED = [
    # lines and columns
    one("a column beyond the fields", "DecodeCSV", "attrs", "0 1", "2", records='{"1.5,2.5","3.5,4.5"}', record_defaults="0f;0f", attrs="select_cols_ = {0,2};", hint="record 0 2 fields counted"),
    one("the only column beyond the fields", "DecodeCSV", "attrs", "0 1", "5", records='{"1,2"}', record_defaults="0", attrs="select_cols_ = {5};", hint="2 fields"),
    one("a column of the second record", "DecodeCSV", "attrs", "0 1", "2", records='{"1,2,3","4,5"}', record_defaults="0;0", attrs="select_cols_ = {0,2};", hint="record 1"),
    one("columns of records with another delimiter", "DecodeCSV", "attrs", "0", "2", records='{"1;2;3"}', record_defaults="0;0", attrs="select_cols_ = {0,2};", hint='field_delim_ ;'),
    page("a column of a file beyond the fields", {**PIPE, "c": ("CSVDataset", {"filenames": "two.csv", "compression_type": '""', "buffer_size": "64", "header": "false", "field_delim": '","', "use_quote_delim": "true", "na_value": '""', "select_cols": "{0,2}", "record_defaults": "{0f};{0f}", "output_shapes": "{};{}"})}, DRAWN, "c.select_cols", "0 1", "2", {"two.csv": b"1.5,2.5\n3.5,4.5\n"}, hint="2 fields"),
    page("a table without its delimiter", {"t": ("HashTableV2", TABLE), "c": ("InitializeTableFromTextFileV2", READ)}, "t.table_handle -> c.table_handle", "c.attrs", "2 columns", "tab", VOCABULARY, hint='line 0 cat 1 tab delimiter_'),
    page("an old table with another delimiter", {"t": ("HashTable", TABLE), "c": ("InitializeTableFromTextFile", {**READ, "attrs": 'delimiter_ = ",";'})}, "t.table_handle -> c.table_handle", "c.attrs", "2 columns", ",", VOCABULARY, hint='line 0 cat 1 delimiter_'),
    page("a tabbed table by commas", {"t": ("HashTableV2", TABLE), "c": ("InitializeTableFromTextFileV2", {**READ, "filename": "tabbed.txt", "attrs": 'delimiter_ = ",";'})}, "t.table_handle -> c.table_handle", "c.attrs", "2 columns", ",", VOCABULARY, hint='line 0 delimiter_ \\t'),
    page("a column that no delimiter makes", {"t": ("HashTableV2", TABLE), "c": ("InitializeTableFromTextFileV2", {**READ, "value_index": "2", "attrs": 'delimiter_ = " ";'})}, "t.table_handle -> c.table_handle", "c.value_index", "-2 1", "2", VOCABULARY, hint='line 0 2 columns'),
    # texts
    one("a place beyond a short text", "Substr", "pos", "-2 2", "3", input='{"alpha","be","gamma"}', pos="3", len="2", hint="be 2 position 1", related="input"),
    one("the second place beyond its text", "Substr", "pos", "-2 2", "4 position 1", input='{"alpha","be","gamma"}', pos="{1,4,2}", len="{2,1,1}", hint="be"),
    one("a place beyond a text of letters", "Substr", "pos", "-2 2", "3", input='{{"alpha","\u00e4\u00f6"}}', pos="3", len="1", attrs="unit_ = UTF8_CHAR;", hint="\u00e4\u00f6 [0,/1]"),
    one("a place beyond a text beside a column", "Substr", "pos", "-2 2", "3", input='{{"alpha"},{"be"}}', pos="{1,3}", len="{1,1}", hint="be [1,/0]"),
    one("bytes of unlike lengths", "DecodeRaw", "bytes", "4 bytes", "3 bytes position 1", bytes='{"abcd","efg","ijkl"}', out_type="DT_INT32"),
    one("one bad text of three", "DecodeBase64", "input", "base64", "Pz8/ position 1", input='{"YWJj","Pz8/","ZGVm"}'),
    one("one short text of three", "DecodeBase64", "input", "base64", "YWJjZ position 2", input='{"YWJj","YWJj","YWJjZ"}'),
    one("json that breaks off", "DecodeJSONExample", "json_examples", "JSON", "features", json_examples='"{\\"features\\":{\\"feature\\":{\\"a\\":{\\"int64List\\":{\\"value\\":[\\"1\\"]}}}}"', hint="} end"),
    one("one json of two without a colon", "DecodeJSONExample", "json_examples", "JSON", "position 1", json_examples='{"{}","{\\"features\\" {}}"}', hint='character 12 {}'),
    # tensors with unlike numbers of rows
    page("fewer prices than names", {"q": QUEUE2, "n": late('{"apple","pear"}'), "v": late("{1.5f,2f,3f}"), "c": "QueueEnqueueMany", "s": "ClientSession"}, "q.handle -> c.handle\nn.ref -> c.components\nv.ref -> c.components\nc.operation -> s.run_outputs", "c.components", "2 dimension 0", "[3]", hint="components[1] components[0]"),
    page("a queue of three of which one is longer", {"q": QUEUE3, "a": late("{1.5f,2f,3f}"), "b": late("{1f,2f}"), "c": "QueueEnqueueMany", "s": "ClientSession"}, "q.handle -> c.handle\na.ref -> c.components\nb.ref -> c.components\nb.ref -> c.components\nc.operation -> s.run_outputs", "c.components", "2 dimension 0", "[3]", hint="components[0] a.ref components[1] b.ref"),
    page("a queue of three of which the second is shorter", {"q": QUEUE3, "a": late("{1.5f}"), "b": late("{1f,2f}"), "c": "QueueEnqueueMany", "s": "ClientSession"}, "q.handle -> c.handle\nb.ref -> c.components\na.ref -> c.components\nb.ref -> c.components\nc.operation -> s.run_outputs", "c.components", "2 dimension 0", "[1]", hint="components[1] a.ref components[0] b.ref"),
    page("fewer labels than rows", {**PIPE, "c": ("TensorSliceDataset", {"components": "{1,2,3,4};{1,2,3}", "output_shapes": "{};{}"})}, DRAWN, "c.components", "4 dimension 0", "[3]", hint="components[1] components[0]"),
    page("fewer values than keys into a barrier", {"b": ("Barrier", {"component_types": "DT_FLOAT", "attrs": "shapes_=[[]];"}), "v": ("Unique", {"x": "{1f,1f}"}), "c": ("BarrierInsertMany", {"component_index": "0", "keys": '{"a","b"}'}), "s": "ClientSession"}, "b.handle -> c.handle\nv.y -> c.values\nc.operation -> s.run_outputs", "c.values", "[2]", "[1]", hint="keys is [2]", related="keys"),
    page("fewer values than keys into a table", {"t": ("MutableHashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_FLOAT"}), "v": late("{1f}"), "c": ("LookupTableInsertV2", {"keys": '{"a","b"}'})}, "t.table_handle -> c.table_handle\nv.ref -> c.values", "c.values", "[2]", "[1]", hint="keys is [2]", related="keys"),
    # windows
    one("a filter larger than the picture", "Conv2D", "input|filter", "3 2", "[1, 2, 2, 1]", input=filled(1, 2, 2, 1), filter=filled(3, 3, 1, 1), strides="1,1,1,1", padding="VALID", hint="SAME smaller"),
    one("a window larger than the picture", "MaxPool", "input", "3 2", "[1, 2, 2, 1]", input=filled(1, 2, 2, 1), ksize="1,3,3,1", strides="1,1,1,1", padding="VALID", hint="SAME smaller"),
]
