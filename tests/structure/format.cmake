# Every tracked C++ file (without git: every one of these folders) is as clang-format would write it.
# Variables: GIT, CLANG_FORMAT, SOURCE.
set(tracked "")
if(GIT AND EXISTS ${SOURCE}/.git)
  execute_process(COMMAND ${GIT} -C ${SOURCE} ls-files -- "*.cpp" "*.hpp"
                  OUTPUT_VARIABLE tracked OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REPLACE "\n" ";" tracked "${tracked}")
endif()
set(files "")
foreach(file IN LISTS tracked)
  if(EXISTS ${SOURCE}/${file})  # not one deleted but not yet committed
    list(APPEND files ${file})
  endif()
endforeach()
if(NOT files)
  file(GLOB_RECURSE files RELATIVE ${SOURCE} ${SOURCE}/src/*.[ch]pp ${SOURCE}/include/*.hpp
       ${SOURCE}/tests/*.[ch]pp ${SOURCE}/jobs/*.[ch]pp)
endif()
execute_process(COMMAND ${CLANG_FORMAT} --dry-run -Werror --style=file ${files}
                WORKING_DIRECTORY ${SOURCE} RESULT_VARIABLE code)
list(LENGTH files count)
if(NOT code EQUAL 0 OR count EQUAL 0)
  message(FATAL_ERROR "Run  clang-format-14 -i  on the files above (of ${count})")
endif()
message(STATUS "${count} files are formatted")
