"""KCL on a file: makes what it says and runs its checks. What was done is printed as one line of JSON."""

import json
import re
import sys
import time

import kcl_lib.api as api


def main():
    start = time.perf_counter()
    result = api.API().exec_program(api.ExecProgramArgs(k_filename_list=[sys.argv[1]]))
    said = {"made": len(re.findall(r"^offices\d+:", result.yaml_result, re.MULTILINE))}
    if result.err_message:
        found = re.search(r"Offices\d+ exceeds its limit", result.err_message)
        said["failed"] = found.group(0) if found else result.err_message
    said["work_ms"] = round((time.perf_counter() - start) * 1000, 2)
    print(json.dumps(said))


if __name__ == "__main__":
    main()
