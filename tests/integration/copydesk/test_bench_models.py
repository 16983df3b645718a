"""`copydesk bench models`: both sides of a row hold the same weights, and the command as people run it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper
from transformers import BartConfig, BertConfig, BertModel

from copydesk.bench.articles import newsroom
from copydesk.bench.measure import Row
from copydesk.bench.model_rows import model_offers
from copydesk.bench.naive import TorchPasses
from copydesk.bench.outputs import labels, one_pass
from copydesk.bench.ready import ARTICLE
from copydesk.bench.sized import bert, distilbart, writers
from models.encoder import MODEL_FILE, NEWS_TAGGER, TOKENIZER_FILE, OnnxEncoder
from models.hub.generate import BEAMS
from models.training.export import export_onnx, quantise
from models.training.network import BaseModelError, TaggerNetwork
from models.training.restore import restore
from models.words import SHAPES

ROOT = Path(__file__).resolve().parents[3]
TOKENIZER = NEWS_TAGGER / TOKENIZER_FILE


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "copydesk.main", "bench", "models", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def alike(a, b) -> float:
    """The lowest cosine between rows of unit vectors."""
    return float((a * b).sum(axis=-1).min())


def test_torch_has_the_shipped_weights_and_gives_what_ours_gives(tmp_path):
    (offer,) = [offer for offer in model_offers(newsroom(), tmp_path) if "sentence vectors" in offer.name]
    row = offer.make()
    assert isinstance(row, Row)
    assert row.naive
    naive, ours = row.naive(), row.ours()
    assert (naive.labels == ours.labels).mean() > 0.97
    assert {*ours.labels} > {0}
    assert naive.sentences.shape == ours.sentences.shape
    # Windows of 510 pieces and of 254 give each piece other neighbours.
    assert alike(naive.sentences, ours.sentences) > 0.9
    assert alike(naive.text, ours.text) > 0.99


def test_in_one_window_nothing_but_the_rounding_differs():
    passes = TorchPasses(restore(NEWS_TAGGER / MODEL_FILE), TOKENIZER)
    naive, ours = passes.three_passes(ARTICLE), one_pass(OnnxEncoder(), ARTICLE)
    assert (naive.labels == ours.labels).all()
    assert alike(naive.sentences, ours.sentences) > 0.98


def test_a_graph_that_the_exporter_did_not_write_is_refused(tmp_path):
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "other", [value], [
        helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    ])  # fmt: skip
    onnx.save(helper.make_model(graph), tmp_path / MODEL_FILE)
    with pytest.raises(BaseModelError, match=r"models\.training\.export"):
        restore(tmp_path / MODEL_FILE)


@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")
@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_attention_is_fused_and_weights_come_back_but_for_their_rounding(tmp_path, attention):
    config = BertConfig(
        vocab_size=50, hidden_size=64, num_hidden_layers=2, num_attention_heads=2, intermediate_size=128,
        max_position_embeddings=64, type_vocab_size=len(SHAPES),
    )  # fmt: skip
    network = TaggerNetwork(BertModel(config, add_pooling_layer=False)).eval()
    torch.manual_seed(1)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)  # trained weights differ: the exporter joins those that are alike
    network.encoder.set_attn_implementation(attention)
    export_onnx(network, tmp_path / "plain.onnx")
    quantise(tmp_path / "plain.onnx", tmp_path / MODEL_FILE, heads=2, hidden=64)
    operators = {node.op_type for node in onnx.load(tmp_path / MODEL_FILE).graph.node}
    assert "QAttention" in operators
    assert network.encoder.config._attn_implementation == attention
    restored = restore(tmp_path / MODEL_FILE).state_dict()
    for name, before in network.state_dict().items():
        assert restored[name].numpy() == pytest.approx(before.numpy(), abs=float(before.abs().max()) / 64), name


@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")
def test_a_classifier_of_random_weights_runs_the_same_in_both_engines(tmp_path):
    config = BertConfig(
        hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=128, type_vocab_size=len(SHAPES)
    )
    network, encoder = bert(config, tmp_path)
    naive, ours = TorchPasses(network, TOKENIZER).encode(ARTICLE), encoder.encode(ARTICLE)
    assert len(naive.pieces) == len(ours.pieces) > 50
    assert np.corrcoef(naive.logits.ravel(), ours.logits.ravel())[0, 1] > 0.9


def test_torch_reads_a_long_text_to_its_end_in_windows():
    passes, encoder = TorchPasses(restore(NEWS_TAGGER / MODEL_FILE), TOKENIZER), OnnxEncoder()
    text = "\n\n".join([ARTICLE] * 12)
    naive, ours = passes.encode(text), encoder.encode(text)
    assert len(ours.pieces) > 512
    assert naive.embeddings.any(axis=1).all()
    assert (labels(naive) == labels(ours)).mean() > 0.97
    assert len(one_pass(encoder, text).sentences) == 36


def test_both_writers_have_the_same_weights_and_write_the_same_length(tmp_path):
    config = BartConfig(
        vocab_size=60, d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64, max_position_embeddings=64,
    )  # fmt: skip
    both = writers(config, tmp_path, pieces=40, written=10)
    assert len(both.text.split()) == 38
    assert {*both.ctranslate2} == {1, BEAMS}
    for beams, ours in both.ctranslate2.items():
        for written in (ours(both.text), both.transformers(both.text, beams)):
            assert 8 <= len(str(written).split()) <= 10  # special pieces count, and are not shown


def test_the_size_that_is_named_is_the_size_that_is_made():
    config = distilbart()
    assert (config.encoder_layers, config.decoder_layers, config.d_model) == (12, 6, 1024)


def test_the_command_measures_what_was_asked_for_and_draws_the_curve(tmp_path):
    out, plot = tmp_path / "bench.json", tmp_path / "cost.svg"
    done = bench(
        "--rounds", "1", "--json", "--out", str(out), "--plot", str(plot), "--only", "VECTORS", "--only", "of 50 ",
        "--only", "start",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert out.read_text() == done.stdout
    report = json.loads(done.stdout)
    assert [row["words"] for row in report["rows"]] == [None, None, 50]
    for row in report["rows"]:
        assert row["ours"]["wall"] > 0
        assert row["ours"]["cpu"] > 0
        assert (row["naive"] is None) == (row["ratio"] is None) == ("start" in row["name"])
    assert report["skipped"] == []
    assert {"torch", "transformers"} <= report["versions"].keys()
    svg = ET.parse(plot).getroot()  # noqa: S314  (our own)
    assert len(svg.findall("{http://www.w3.org/2000/svg}circle")) == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--only", "no such row"], "bert-base"),
        (["--plot", "cost.svg", "--only", "start"], "article of"),
        (["--plot", "absent/cost.svg"], "there is no folder"),
        (["--pages", "docs"], "leave it out"),
    ],
)
def test_what_cannot_be_measured_is_told_before_anything_is(arguments, told):
    done = bench(*arguments)
    assert done.returncode == 2
    assert told in re.sub(r"[\s│]+", " ", done.stderr)
    assert done.stdout == ""


def test_doctor_times_the_models():
    command = [sys.executable, "-m", "copydesk.main", "doctor", "--models", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    findings = {found["check"]: found for found in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 0
    assert re.match(r"[\d,]+ ms for 200 words", findings["tier fast"]["text"])
    assert "COPYDESK_TIER" in findings["advice"]["text"]
