"""The report about some environments of a tree, without judging the others.

The answer is that of the whole tree, less what concerns others. Of those only what may collide is searched for, in the
text of their files; where a text may name something that is taken, its environment is read as well. So a search may
find too much, which costs time, but never too little. tests/narrow/ compares with the whole report.
"""
