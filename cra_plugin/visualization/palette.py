"""The colors of all pictures: Okabe and Ito's, which everybody tells apart.

Source: https://jfly.uni-koeln.de/color.
"""

INK, FAINT, HAIRLINE = '#222222', '#6b6b6b', '#dddddd'
RIGHT, WRONG = '#009E73', '#D55E00'
WEIGHT_COLOR = '#E69F00'
SPAN_COLORS = ('#56B4E9', '#0072B2', '#CC79A7')
