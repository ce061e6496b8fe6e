"""cvc5 as a process that reads SMT-LIB: PyPI has the library, and SymCC wants a program.

SymCC writes one command a line. They are run as soon as one of them has an answer, which is passed on at once.
"""

import sys

import cvc5

ANSWERED = ("(check-sat", "(get-", "(exit")


def fresh():
    solver = cvc5.Solver()
    solver.setOption("tlimit-per", "60000")
    return solver, cvc5.SymbolManager(solver)


def run(solver, symbols, text):
    parser = cvc5.InputParser(solver, symbols)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "pipe")
    while True:
        command = parser.nextCommand()
        if command.isNull():
            return
        said = command.invoke(solver, symbols)
        if said:
            sys.stdout.write(said)


def main():
    solver, symbols = fresh()
    lines = []
    for line in sys.stdin:
        if line.startswith("(reset)"):
            solver, symbols = fresh()
            lines = []
            continue
        lines.append(line)
        if line.startswith(ANSWERED):
            run(solver, symbols, "".join(lines))
            sys.stdout.flush()
            lines = []


if __name__ == "__main__":
    main()
