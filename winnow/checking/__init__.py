"""What is wrong with a file of training examples, from anywhere, and how to mend it: `winnow check` and `winnow prepare`.

`survey` passes over files once and finds; `plan` turns findings into changes; `mend` makes them of one row. The files come as binary
streams and go as rows: what opens and writes them is the command line's.

========================  ==========================================================================================
`codes`                   the closed list of what can be found, why it matters and what is done about it
`lines`, `tables`         rows out of JSON lines, JSON arrays, CSV, TSV, workbooks and Parquet, and what is broken in them
`shapes`, `reading`,       which consumer's format a row has, what breaks its rules, and the row as that consumer wants it,
`writing`, `dialogues`    or another one
`characters`, `affixes`   characters that nobody sees; separator, leading space, stop, shared beginnings
`classes`, `nearness`     labels; rows that are nearly the same, and that stand in two files
`personal`                personal data and secrets
`tallies`, `survey`       counting, and the pass over the files
`plan`, `mend`, `parts`   what prepare would do, doing it, and a division into train and validation
`advice`                  what to do next, with where each rule of thumb is from
========================  ==========================================================================================
"""
