"""A chat template is rendered as transformers renders it, and cannot take more than it may."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from steering_worker.chat_templates.template_process import TemplateProcess, TemplateRefused
from steering_worker.errors import WorkerError
from steering_worker.tokens import chat_prompt
from tests.checkpoints import CHAT_TEMPLATE, make_tokenizer

ROOT = Path(__file__).parents[3]
CHAT = [{"role": "user", "content": 'Is it "an owl" & why? ünï'}]
SYSTEM = [{"role": "system", "content": "Be brief.\n"}, *CHAT]
FEATURES = """
    {%- set ns = namespace(seen=0) %}
{{ bos_token }}{{ messages | tojson(indent=2) }}{{ tools is none }}{{ documents is none }}
{% for message in messages %}
    {% if loop.index > 3 %}{% break %}{% endif %}
    {% set ns.seen = ns.seen + 1 %}
    {% generation %}{% set local = message.content | trim %}{{ local | upper }}{% endgeneration %}
    {{ local is defined }}{{ dict(a=1) }}{{ dict.fromkeys('ab') }}
{% endfor %}
{{ ns.seen }}{{ strftime_now('%Y') }}{{ eos_token }}{{ undefined_name }}{{ add_generation_prompt }}
"""


@pytest.fixture(scope="module")
def process() -> Iterator[TemplateProcess]:
    made = TemplateProcess(cpu_seconds=0.3, memory_bytes=256 << 20, characters=10_000)
    yield made
    made.close()


@pytest.mark.parametrize("chat", [CHAT, SYSTEM], ids=["user", "system"])
@pytest.mark.parametrize("template", [CHAT_TEMPLATE, FEATURES], ids=["gemma", "features"])
def test_a_template_gives_what_transformers_gives(process, template, chat):
    tokenizer = make_tokenizer(template)
    expected = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    assert process.render(template, tokenizer.special_tokens_map, chat) == expected


def test_the_templates_of_the_shipped_models_give_what_transformers_gives(process):
    tokenizers = {folder: AutoTokenizer.from_pretrained(folder) for folder in (ROOT / "models" / "nano").glob("nano-*")}
    assert tokenizers
    for tokenizer in tokenizers.values():
        expected = tokenizer.apply_chat_template(SYSTEM, tokenize=False, add_generation_prompt=True)
        assert process.render(tokenizer.chat_template, tokenizer.special_tokens_map, SYSTEM) == expected


@pytest.mark.parametrize(
    ("template", "why"),
    [
        (
            "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
            "it takes longer than 0.3 s of processor time",
        ),
        ("{% for i in range(99999) %}{{ messages[0].content }}{% endfor %}", "it writes more than 10,000 characters"),
        ("{{ 'a' * 100000 }}", "it writes more than 10,000 characters"),
        ("{{ 'a' * 1000000000000 }}", "it needs more memory than it may have"),
        ("{{ raise_exception('Roles must alternate') }}", "Roles must alternate"),
        ("{{ ''.__class__.__mro__ }}", "access to attribute '__class__' of 'str' object is unsafe"),
        ("{{ namespace(_name=1) }}", "a namespace has no '_name'"),
        ("{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}", "maximum recursion depth exceeded"),
        ("{% for %}", "Expected an expression"),
    ],
    ids=["loops", "pieces", "text", "memory", "refusal", "escape", "namespace", "recursion", "syntax"],
)
def test_a_template_out_of_bounds_is_refused_with_the_reason_and_the_next_one_renders(process, template, why):
    with pytest.raises(TemplateRefused) as raised:
        process.render(template, {}, CHAT)
    assert why in str(raised.value)
    assert process.render("{{ messages[0].role }}", {}, CHAT) == "user"


def test_a_process_that_was_killed_is_said_and_replaced(process):
    process.render("{{ messages[0].role }}", {}, CHAT)
    process._process.kill()
    process._process.wait()
    with pytest.raises(TemplateRefused, match="its process ended with signal 9"):
        process.render("{{ messages[0].role }}", {}, CHAT)
    assert process.render("{{ messages[0].role }}", {}, CHAT) == "user"


def test_what_a_template_does_wrong_is_one_sentence_about_the_chat():
    tokenizer = make_tokenizer("{{ raise_exception('no\nroom') }}")
    with pytest.raises(WorkerError) as raised:
        chat_prompt(tokenizer, SYSTEM)
    assert raised.value.code == "chat_template_refused"
    assert raised.value.message == "The chat template refuses messages with the roles system, user: no room"
