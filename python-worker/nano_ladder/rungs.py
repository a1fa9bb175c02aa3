"""The four models of the ladder: Gemma 3's architecture at four sizes."""

from dataclasses import dataclass

from transformers import Gemma3ForCausalLM, Gemma3TextConfig, GenerationConfig

from nano_ladder.tokenizer import BOS, END_OF_TURN, EOS, PAD


@dataclass(frozen=True)
class Rung:
    """A size: the width of the residual stream and the number of blocks."""

    name: str
    hidden: int
    layers: int

    @property
    def heads(self) -> int:
        """Query heads of dimension 32; there is one key-value head."""
        return max(2, self.hidden // 32)

    @property
    def learning_rate(self) -> float:
        """Peak learning rate: 3e-3 at width 96, falling with the square root of the width."""
        return float(3e-3 * (96 / self.hidden) ** 0.5)


RUNGS = (Rung("nano-0.2m", 48, 5), Rung("nano-0.5m", 80, 6), Rung("nano-1.5m", 128, 7), Rung("nano-3.6m", 192, 8))


def config(rung: Rung, vocabulary: int) -> Gemma3TextConfig:
    """Every third block and the last attend globally, the others within 64 tokens."""
    last = rung.layers - 1
    return Gemma3TextConfig(
        vocab_size=vocabulary,
        hidden_size=rung.hidden,
        intermediate_size=3 * rung.hidden,
        num_hidden_layers=rung.layers,
        num_attention_heads=rung.heads,
        num_key_value_heads=1,
        head_dim=32,
        query_pre_attn_scalar=32,
        max_position_embeddings=512,
        sliding_window=64,
        layer_types=[
            "full_attention" if (i + 1) % 3 == 0 or i == last else "sliding_attention" for i in range(rung.layers)
        ],
        pad_token_id=PAD,
        eos_token_id=EOS,
        bos_token_id=BOS,
        tie_word_embeddings=True,
        attn_implementation="eager",
    )


def build(rung: Rung, vocabulary: int) -> Gemma3ForCausalLM:
    """The untrained model; the caller seeds torch."""
    model = Gemma3ForCausalLM(config(rung, vocabulary))
    model.generation_config = GenerationConfig(
        bos_token_id=BOS, eos_token_id=[EOS, END_OF_TURN], pad_token_id=PAD, do_sample=True, temperature=1.0, top_k=0
    )
    return model
