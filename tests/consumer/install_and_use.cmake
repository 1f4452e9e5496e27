# Install, configure, build, list, run: every step must succeed and leave what it promises.
# Variables: BUILD (the build tree), WORK (where to work), GENERATOR, COMPILER, LAUNCHER,
# CONFIGURATION, BINARIES and DATA (folders inside of the installation).
set(prefix ${WORK}/installed)
set(consumer ${WORK}/build/consumer)
set(project ${CMAKE_CURRENT_LIST_DIR}/project)
file(REMOVE_RECURSE ${prefix} ${WORK}/build ${WORK}/dice.h5 ${WORK}/dice.h5.run)

function(step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  if(NOT code EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${code}\n${output}\n${errors}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(expect_file path)
  if(NOT EXISTS ${path})
    message(FATAL_ERROR "There is no ${path}")
  endif()
endfunction()

function(expect_output text)
  if(NOT output MATCHES "${text}")
    message(FATAL_ERROR "Expected '${text}' in:\n${output}")
  endif()
endfunction()

step(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix} --config ${CONFIGURATION})
expect_file(${prefix}/${DATA}/train.toml)
expect_file(${prefix}/${DATA}/data/mnist_10x10.h5)
step(${prefix}/${BINARIES}/spinscape list)
expect_output("train")

step(${CMAKE_COMMAND} -S ${project} -B ${WORK}/build -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${prefix}
     -DCMAKE_BUILD_TYPE=${CONFIGURATION} -DCMAKE_CXX_COMPILER=${COMPILER}
     -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER})
step(${CMAKE_COMMAND} --build ${WORK}/build --config ${CONFIGURATION})
step(${consumer} list)
expect_output("dice")
step(${consumer} run ${project}/job.toml -o ${WORK}/dice.h5)
expect_file(${WORK}/dice.h5)
step(${consumer} show ${WORK}/dice.h5)
expect_output("mean")
step(${consumer} validate ${WORK}/dice.h5)
