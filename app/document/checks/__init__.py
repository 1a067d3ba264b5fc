"""What is wrong with a page, found without TensorFlow: symbols, wires, texts, files, run settings.

Imports the model and the literals. `page.check_page` runs before every plan and after every edit.
"""
