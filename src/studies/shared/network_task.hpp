// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/dataset.hpp"
#include "spinscape/dynamics/initialisation.hpp"
#include "spinscape/dynamics/training.hpp"
#include "spinscape/study/study.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

/// What studies that train networks on images share: parameters, data, and the training of a block.
namespace spinscape::studies {

/// Parameters of data, network, start and training; without the hidden layers, which each study
/// names in its own way. `only_where` is given to all of them.
std::vector<ParameterSpec> network_parameters(
    std::optional<std::pair<std::string, std::string>> const& only_where = {});

/// Training and test set of a job, shared by all blocks of a rank.
struct TrainingData {
    std::shared_ptr<Samples const> train, test;
    index inputs, classes;
};
std::shared_ptr<TrainingData const> training_data(Task const& task);

Architecture architecture_of(Parameters const& parameters, std::vector<index> hidden,
                             TrainingData const& data);
TrainingOptions training_options(Parameters const& parameters);

/// Data that are missing or do not fit, and rates that contradict each other: Error before any
/// work.
void validate_network(Parameters const& parameters, std::string const& job_folder);

/// Study::extends of networks: "epochs", where the learning rate does not depend on their number.
std::string extended_parameter(Parameters const& parameters);

/// Fields recorded by train_block.
std::vector<Field> network_fields();

/// What a study wants to see of a training: called with the points at the start (epoch 0) and after
/// every epoch; `save` and `load` keep what it has gathered while a task is paused.
struct EpochObserver {
    std::function<void(index epoch, BatchView<float const> x)> observe{};
    std::function<void(ByteWriter&)> save{};
    std::function<void(ByteReader&)> load{};
};

/// Starts and trains the replicas of a task in single precision and records network_fields();
/// returns their final points. May pause the task (Task::pause). `salt` makes the random numbers of
/// different architectures independent.
Batch<float> train_block(Task& task, Architecture const& architecture, TrainingData const& data,
                         std::uint64_t salt, EpochObserver const& observer = {});

/// Estimates for `Study::cost` and `Study::memory`, from parameters alone (MNIST's size assumed).
double training_seconds(Parameters const& parameters, std::vector<index> const& hidden);
double training_bytes(Parameters const& parameters);

}  // namespace spinscape::studies
