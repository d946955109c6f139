"""Sound in and out: voice activity, speech recognition, speech synthesis, and the files of their models."""
