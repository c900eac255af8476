"""The course on each backend.

Written by tests/benchmarks/course_on_backends.py, which says what the
entries mean; not edited by hand.
"""

RUNS = {
    "q1_optimizers/optimizer_memory": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "2510d2a5e21a",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "2510d2a5e21a",
        },
    },
    "q1_optimizers/train_learning_rates": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "fbf18829f1f2",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "fbf18829f1f2",
        },
    },
    "q1_optimizers/update_rules": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "f27ce1c606a4",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "f27ce1c606a4",
        },
    },
    "q1_optimizers/used_today": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "1dc3fd685421",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "1dc3fd685421",
        },
    },
    "q2_convolution_by_hand/autodiff": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "8c417555ce7e",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "8c417555ce7e",
        },
    },
    "q2_convolution_by_hand/conv2d_backward": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "fcad9cea1285",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "fcad9cea1285",
        },
    },
    "q2_convolution_by_hand/correlation_or_convolution": {
        "torch": {
            "run": "full",
            "found": "refused",
            "note": "RuntimeError: Can't call numpy() on Tensor that requ",
            "state": "d7ec3705b901",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "d7ec3705b901",
        },
    },
    "q2_convolution_by_hand/gradient_check": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "6c4d918abc8b",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "6c4d918abc8b",
        },
    },
    "q2_convolution_by_hand/turned_filter": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "483b42a383c6",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "483b42a383c6",
        },
    },
    "q3_shapes_and_parameters/conv2d_and_conv3d": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "c18183065281",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "c18183065281",
        },
    },
    "q3_shapes_and_parameters/exercise_motion": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "a608dda079d2",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "a608dda079d2",
        },
    },
    "q3_shapes_and_parameters/exercises": {
        "torch": {
            "run": "full",
            "found": "other",
            "apart": 0.01,
            "state": "94a54e49a504",
            "claims": "holds",
        },
        "jax": {
            "run": "full",
            "found": "other",
            "apart": 0.01,
            "state": "94a54e49a504",
            "claims": "holds",
        },
    },
    "q3_shapes_and_parameters/output_size": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "c914e00cca4f",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "c914e00cca4f",
        },
    },
    "q3_shapes_and_parameters/receptive_field": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "608e57f1f57d",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "608e57f1f57d",
        },
    },
    "q3_shapes_and_parameters/shapes_by_keras": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "b67c19c05abc",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "b67c19c05abc",
        },
    },
    "q3_shapes_and_parameters/train_motion": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "9727bece35e7",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "9727bece35e7",
        },
    },
    "q3_shapes_and_parameters/where_parameters_sit": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "24afb79858c9",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "24afb79858c9",
        },
    },
    "q4_mri_classifier/data": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "68ba2c946dbd",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "68ba2c946dbd",
        },
    },
    "q4_mri_classifier/exercises": {
        "jax": {
            "run": "full",
            "found": "other",
            "apart": 0.1,
            "state": "c929552b27f3",
            "claims": "holds",
        },
        "torch": {
            "run": "full",
            "found": "other",
            "apart": 0.8,
            "state": "c929552b27f3",
            "claims": "holds",
        },
    },
    "q4_mri_classifier/first_epoch": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "5ddf5fb77288",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "5ddf5fb77288",
        },
    },
    "q4_mri_classifier/grad_cam": {
        "torch": {
            "run": "full",
            "found": "refused",
            "note": "the artefact is listed and is not there",
            "state": "3f45f460e163",
        },
        "jax": {
            "run": "full",
            "found": "refused",
            "note": "the artefact is listed and is not there",
            "state": "3f45f460e163",
        },
    },
    "q4_mri_classifier/in_the_page": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "0b183d5385eb",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "0b183d5385eb",
        },
    },
    "q4_mri_classifier/train_folds": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "06db56a06a74",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "06db56a06a74",
        },
    },
    "q4_mri_classifier/train_norm": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "835fe8c7142c",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "835fe8c7142c",
        },
    },
    "q4_mri_classifier/train_original": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "49fadf7c02b1",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "49fadf7c02b1",
        },
    },
    "q4_mri_classifier/train_original_folds": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "760f8963a706",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "760f8963a706",
        },
    },
    "q4_mri_classifier/train_splits": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "37efb80502cc",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "37efb80502cc",
        },
    },
    "q4_mri_classifier/twins": {
        "torch": {
            "run": "full",
            "found": "other",
            "apart": 2e-07,
            "state": "4dc726e5a7ea",
            "claims": "holds",
        },
        "jax": {
            "run": "full",
            "found": "other",
            "apart": 2e-07,
            "state": "4dc726e5a7ea",
            "claims": "holds",
        },
    },
    "q4_mri_classifier/two_apis": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "63451fa446a1",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "63451fa446a1",
        },
    },
    "q4_mri_classifier/two_loaders": {
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "00d6250d64d0",
        },
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "00d6250d64d0",
        },
    },
    "q4_mri_classifier/where_it_looks": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "19b09213d629",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "19b09213d629",
        },
    },
    "q5_strengths_and_limits/adversarial": {
        "torch": {
            "run": "full",
            "found": "refused",
            "note": "TypeError: Cannot convert the argument `type_value`:",
            "state": "9e62aaf5946c",
        },
        "jax": {
            "run": "full",
            "found": "refused",
            "note": "AttributeError: 'jaxlib._jax.ArrayImpl' object has n",
            "state": "9e62aaf5946c",
        },
    },
    "q5_strengths_and_limits/costs": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "c425bbd0ec76",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "c425bbd0ec76",
        },
    },
    "q5_strengths_and_limits/effective_field": {
        "torch": {
            "run": "full",
            "found": "refused",
            "note": "RuntimeError: Can't call numpy() on Tensor that requ",
            "state": "47658510cfc4",
        },
        "jax": {
            "run": "full",
            "found": "refused",
            "note": "TypeError: unsupported operand type(s) for ** or pow",
            "state": "47658510cfc4",
        },
    },
    "q5_strengths_and_limits/equivariance": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "ca3fa131c371",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "ca3fa131c371",
        },
    },
    "q5_strengths_and_limits/exercise_zigzag": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "5d6a16cf0d7e",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "5d6a16cf0d7e",
        },
    },
    "q5_strengths_and_limits/exercises": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "758cafa10fa0",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "758cafa10fa0",
        },
    },
    "q5_strengths_and_limits/exercises_robustness": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "76469896562a",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "76469896562a",
        },
    },
    "q5_strengths_and_limits/flatten_and_position": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "33503c182793",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "33503c182793",
        },
    },
    "q5_strengths_and_limits/in_the_page": {
        "jax": {
            "run": "quick",
            "found": "other",
            "apart": 0.07,
            "state": "822d9f3e6ae9",
        },
        "torch": {
            "run": "quick",
            "found": "other",
            "apart": 0.09,
            "state": "822d9f3e6ae9",
        },
    },
    "q5_strengths_and_limits/occlusion": {
        "jax": {
            "run": "quick",
            "found": "other",
            "apart": 0.06,
            "state": "a8171a53f3d3",
        },
        "torch": {
            "run": "quick",
            "found": "other",
            "apart": 0.04,
            "state": "a8171a53f3d3",
        },
    },
    "q5_strengths_and_limits/train_cifar_filters": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "1fb8318aa05e",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "1fb8318aa05e",
        },
    },
    "q5_strengths_and_limits/train_data_hunger": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "c2a128b7c5b0",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "c2a128b7c5b0",
        },
    },
    "q5_strengths_and_limits/train_heads": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "061c4f71e7a8",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "061c4f71e7a8",
        },
    },
    "q5_strengths_and_limits/train_robustness": {
        "jax": {
            "run": "quick",
            "found": "other",
            "apart": 0.07,
            "state": "46ccb39ff6fb",
        },
        "torch": {
            "run": "quick",
            "found": "other",
            "apart": 0.09,
            "state": "46ccb39ff6fb",
        },
    },
    "q5_strengths_and_limits/train_sequences": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "a17153255f85",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "a17153255f85",
        },
    },
    "q5_strengths_and_limits/train_transfer": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "5c6fed2d6efa",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "5c6fed2d6efa",
        },
    },
    "q5_strengths_and_limits/train_verification": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "b28a582da735",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "b28a582da735",
        },
    },
    "q5_strengths_and_limits/two_principles": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "35a18ee2e6d9",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "35a18ee2e6d9",
        },
    },
    "q6_one_by_one_filters/blocks_of_today": {
        "torch": {
            "run": "full",
            "found": "other",
            "apart": 2e-06,
            "state": "b1de7577f53f",
            "claims": "untested",
        },
        "jax": {
            "run": "full",
            "found": "other",
            "apart": 0.0,
            "state": "b1de7577f53f",
            "claims": "holds",
        },
    },
    "q6_one_by_one_filters/colours": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "a7a943fdba0a",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "a7a943fdba0a",
        },
    },
    "q6_one_by_one_filters/colours_alone": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "35ef0db51782",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "35ef0db51782",
        },
    },
    "q6_one_by_one_filters/counts": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "b372deeed38b",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "b372deeed38b",
        },
    },
    "q6_one_by_one_filters/dense_on_every_pixel": {
        "torch": {
            "run": "full",
            "found": "refused",
            "note": "RuntimeError: Can't call numpy() on Tensor that requ",
            "state": "0547f3aac91a",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "0547f3aac91a",
        },
    },
    "q6_one_by_one_filters/exercises": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 6e-17,
            "state": "8c99d939efe6",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 6e-17,
            "state": "8c99d939efe6",
        },
    },
    "q6_one_by_one_filters/famous_uses": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "a9513a49953b",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "a9513a49953b",
        },
    },
    "q6_one_by_one_filters/feature_maps": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "5f4ff5c0bbd9",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 4e-10,
            "state": "5f4ff5c0bbd9",
        },
    },
    "q6_one_by_one_filters/network_on_each_pixel": {
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "2966e3373844",
        },
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "2966e3373844",
        },
    },
    "q6_one_by_one_filters/residual_or_recurrent": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "7306cc40449f",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "7306cc40449f",
        },
    },
    "q6_one_by_one_filters/timing": {
        "torch": {
            "run": "full",
            "found": "other",
            "apart": 1.0,
            "state": "ff17d8006255",
            "claims": "fails: test_only_first_traces, test_first_is_slower",
        },
        "jax": {
            "run": "full",
            "found": "other",
            "apart": 1.0,
            "state": "ff17d8006255",
            "claims": "fails: test_predict_hides_layers",
        },
    },
    "q6_one_by_one_filters/train_bottleneck": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "55d3a5b96d6b",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "55d3a5b96d6b",
        },
    },
    "q6_one_by_one_filters/when_it_does_not_help": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "8af61c166316",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "8af61c166316",
        },
    },
    "q7_inception_cifar10/batch_norm": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 3e-06,
            "state": "3b6a56529f6c",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 1e-06,
            "state": "3b6a56529f6c",
        },
    },
    "q7_inception_cifar10/data": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "9b2a5fccc3dd",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "9b2a5fccc3dd",
        },
    },
    "q7_inception_cifar10/dropout": {
        "torch": {
            "run": "full",
            "found": "other",
            "apart": 0.001,
            "state": "177070c376fc",
            "claims": "holds",
        },
        "jax": {
            "run": "full",
            "found": "other",
            "apart": 0.01,
            "state": "177070c376fc",
            "claims": "holds",
        },
    },
    "q7_inception_cifar10/exercises": {
        "torch": {
            "run": "full",
            "found": "other",
            "apart": 0.006,
            "state": "43ba564e5f8d",
            "claims": "holds",
        },
        "jax": {
            "run": "full",
            "found": "other",
            "apart": 0.007,
            "state": "43ba564e5f8d",
            "claims": "holds",
        },
    },
    "q7_inception_cifar10/in_the_page": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "7f3dd25447dc",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "7f3dd25447dc",
        },
    },
    "q7_inception_cifar10/inception_module": {
        "torch": {
            "run": "full",
            "found": "other",
            "apart": 0.0,
            "state": "95320ceca0bf",
            "claims": "holds",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "95320ceca0bf",
        },
    },
    "q7_inception_cifar10/input_pipeline": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.3,
            "state": "6c5fcaed0e00",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.05,
            "state": "6c5fcaed0e00",
        },
    },
    "q7_inception_cifar10/network": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "776125d253be",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "776125d253be",
        },
    },
    "q7_inception_cifar10/one_by_one_reduction": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "d9a2eda14b69",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "d9a2eda14b69",
        },
    },
    "q7_inception_cifar10/precision": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.2,
            "state": "8c7c2a8d8991",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.2,
            "state": "8c7c2a8d8991",
        },
    },
    "q7_inception_cifar10/small_figures": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "f5bf7e8dfc07",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "f5bf7e8dfc07",
        },
    },
    "q7_inception_cifar10/stride": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "48149a859e50",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "48149a859e50",
        },
    },
    "q7_inception_cifar10/train_inception": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "c0dc212d221b",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "c0dc212d221b",
        },
    },
    "q7_inception_cifar10/train_small": {
        "jax": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "d8e098dc7094",
        },
        "torch": {
            "run": "quick",
            "found": "same",
            "apart": 0.0,
            "state": "d8e098dc7094",
        },
    },
    "q7_inception_cifar10/training_accuracy": {
        "jax": {
            "run": "quick",
            "found": "other",
            "apart": 0.08,
            "state": "a2a495904894",
        },
        "torch": {
            "run": "quick",
            "found": "other",
            "apart": 0.07,
            "state": "a2a495904894",
        },
    },
}
