"""From a plan to recorded outputs: jobs, kernels, devices, clusters, comparison."""
