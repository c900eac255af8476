# ---
# jupyter:
#   hamgasht:
#     data: [br35h]
#     limit: 1200
#     smoke: {SIZE: 64}
#     tolerances: {default: 0.2, first_loss: 30, val_loss: 5}
# ---
# %% [markdown]
# # The question's training, for one epoch
# Loader, network, training and evaluation as one would write them.

# %% Settings tags=["parameters"]
NUM_EPOCHS = 1  # the question asks for 15
SIZE = 256

# %% Imports
import keras
from keras import layers

# %% Loader
train_set, val_set = keras.utils.image_dataset_from_directory(
    "data/br35h",  # downloaded by data.py
    class_names=["yes", "no"],
    label_mode="binary",
    color_mode="grayscale",
    image_size=(SIZE, SIZE),
    batch_size=64,
    seed=20,
    validation_split=0.2,
    subset="both",
)

# %% Network
keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input((SIZE, SIZE, 1)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)

# %% Train and evaluate
model.compile(
    optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"]
)
fit = model.fit(
    train_set,
    validation_data=val_set,
    epochs=NUM_EPOCHS,
    shuffle=False,  # the loader does it
    verbose=0,
)
loss, accuracy = model.evaluate(val_set, verbose=0)
print(f"loss in training, first epoch: {fit.history['loss'][0]:.1f}")
print(f"validation: loss {loss:.2f}, accuracy {accuracy:.3f}")

# %% Values tags=["values"]
{
    "num_epochs": NUM_EPOCHS,
    "first_loss": float(fit.history["loss"][0]),
    "val_loss": float(loss),
    "val_accuracy": float(accuracy),
}
