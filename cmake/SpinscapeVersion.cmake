cmake_policy(VERSION 3.22)
# Writes OUTPUT (a .cpp with build_information()) from git and the variables given with -D; run at
# every build, but the file changes only when its content does.
set(commit unknown)
set(dirty false)
find_program(GIT git)
if(GIT AND EXISTS ${SOURCE}/.git)
  execute_process(COMMAND ${GIT} -C ${SOURCE} rev-parse HEAD OUTPUT_VARIABLE hash
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(commit ${hash})
    execute_process(COMMAND ${GIT} -C ${SOURCE} status --porcelain --untracked-files=no
                    OUTPUT_VARIABLE changes OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(changes)
      set(dirty true)
    endif()
  endif()
endif()
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT
"#include \"spinscape/base/version.hpp\"

namespace spinscape {

BuildInformation const& build_information() {
    static BuildInformation const information{\"@VERSION@\", \"@commit@\", @dirty@, \"@COMPILER@\", \"@FLAGS@\", \"@BUILD_TYPE@\"};
    return information;
}

}  // namespace spinscape
")
