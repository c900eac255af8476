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
            "state": "ebe0f04c139e",
        }
    },
    "q1_optimizers/train_learning_rates": {},
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
        }
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
        }
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
    "q3_shapes_and_parameters/exercise_motion": {},
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
    "q3_shapes_and_parameters/train_motion": {},
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
            "state": "630f5d9b1408",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "630f5d9b1408",
        },
    },
    "q4_mri_classifier/exercises": {},
    "q4_mri_classifier/first_epoch": {},
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
    "q4_mri_classifier/in_the_page": {},
    "q4_mri_classifier/train_folds": {},
    "q4_mri_classifier/train_norm": {},
    "q4_mri_classifier/train_original": {},
    "q4_mri_classifier/train_original_folds": {},
    "q4_mri_classifier/train_splits": {},
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
            "run": "full",
            "found": "refused",
            "note": "it wrote to stderr: cell:6: UserWarning: Converting ",
            "state": "7c868cb783ed",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "7c868cb783ed",
        },
    },
    "q4_mri_classifier/where_it_looks": {},
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
    "q5_strengths_and_limits/exercise_zigzag": {},
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
    "q5_strengths_and_limits/exercises_robustness": {},
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
    "q5_strengths_and_limits/in_the_page": {},
    "q5_strengths_and_limits/occlusion": {},
    "q5_strengths_and_limits/train_cifar_filters": {},
    "q5_strengths_and_limits/train_data_hunger": {},
    "q5_strengths_and_limits/train_heads": {},
    "q5_strengths_and_limits/train_robustness": {},
    "q5_strengths_and_limits/train_sequences": {},
    "q5_strengths_and_limits/train_transfer": {},
    "q5_strengths_and_limits/train_verification": {},
    "q5_strengths_and_limits/two_principles": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "35a18ee2e6d9",
        }
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
    "q6_one_by_one_filters/colours_alone": {},
    "q6_one_by_one_filters/counts": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "0790c9285f14",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "0790c9285f14",
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
            "state": "6d717aeb3b49",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "6d717aeb3b49",
        },
    },
    "q6_one_by_one_filters/feature_maps": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 2e-16,
            "state": "83cc0e22ec68",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 2e-16,
            "state": "83cc0e22ec68",
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
            "state": "3541abb4dd70",
            "claims": "fails: test_what_was_recorded",
        },
        "jax": {
            "run": "full",
            "found": "other",
            "apart": 1.0,
            "state": "3541abb4dd70",
            "claims": "holds",
        },
    },
    "q6_one_by_one_filters/train_bottleneck": {},
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
            "state": "80590dbf4071",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 1e-06,
            "state": "80590dbf4071",
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
            "state": "de15977fb66c",
            "claims": "holds",
        },
        "jax": {
            "run": "full",
            "found": "other",
            "apart": 0.007,
            "state": "de15977fb66c",
            "claims": "holds",
        },
    },
    "q7_inception_cifar10/in_the_page": {},
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
    "q7_inception_cifar10/input_pipeline": {},
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
    "q7_inception_cifar10/precision": {},
    "q7_inception_cifar10/small_figures": {
        "torch": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "81d694296311",
        },
        "jax": {
            "run": "full",
            "found": "same",
            "apart": 0.0,
            "state": "81d694296311",
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
    "q7_inception_cifar10/train_inception": {},
    "q7_inception_cifar10/train_small": {},
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
