"""Modules of a submission: handles with tensors in and out, the same behind the wall and in an author's process."""

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
import torch

from grader.behind import Behind
from grader.fixtures import InProcess, load
from grader.module import Module, check_grad
from grader.proxy import Gone, Submission, UnsupportedError
from grader.sandbox import Zygotes
from grader.worker.modules import MOST

NET = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)
        self.linear = nn.Linear(8, 3)

    def forward(self, x):
        return self.linear(torch.tanh(self.conv(x)).flatten(1))
"""
X = torch.linspace(-1, 1, 32).reshape(2, 1, 4, 4)

Submit = Callable[[str], Submission]


@pytest.fixture(scope="module")
def zygotes() -> Iterator[Zygotes]:
    with Zygotes(("numpy", "torch")) as made:
        yield made


@pytest.fixture
def behind(zygotes: Zygotes) -> Iterator[Submit]:
    """Code as a submission behind the wall."""
    with zygotes.worker() as worker:

        def submit(code: str) -> Submission:
            loaded = worker.load([(1, dedent(code), "")])
            assert loaded.errors == ()
            return Submission(Behind(worker, loaded.names, 20, "too long"))

        yield submit


@pytest.fixture(params=["behind", "in_process"])
def submit(request: pytest.FixtureRequest, tmp_path: Path) -> Submit:
    """Code as a submission, on either side."""
    if request.param == "behind":
        return request.getfixturevalue("behind")  # type: ignore[no-any-return]

    def in_process(code: str) -> Submission:
        path = tmp_path / "net.py"
        path.write_text(dedent(code), encoding="utf-8")
        return Submission(InProcess(load(path, "submission")))

    return in_process


def twin(net: Module) -> torch.nn.Module:
    """The same net here, with the same weights."""
    made: dict[str, Any] = {}
    exec(NET, made)
    here: torch.nn.Module = made["Net"]()
    here.load_state_dict(net.state_dict())
    return here


# --- what may be asked


def test_its_output_is_that_of_its_weights(submit: Submit) -> None:
    net = submit(NET).Net()
    assert torch.equal(net(X), twin(net)(X))
    assert not net(X).requires_grad


def test_its_parameters_by_name(submit: Submit) -> None:
    found = submit(NET).Net().parameters()
    assert {name: tuple(value.shape) for name, value in found.items()} == {
        "conv.weight": (2, 1, 3, 3), "conv.bias": (2,), "linear.weight": (3, 8), "linear.bias": (3,),
    }  # fmt: skip
    assert all(value.requires_grad for value in found.values())


def test_weights_are_put_in_place(submit: Submit) -> None:
    net = submit(NET).Net()
    net.load_state_dict({name: torch.zeros_like(value) for name, value in net.state_dict().items()})
    assert torch.equal(net(X), torch.zeros(2, 3))


def test_gradients_are_torchs(submit: Submit) -> None:
    net = submit(NET).Net()
    upstream = torch.arange(6.0).reshape(2, 3)
    found = net.vjp([X], upstream)
    here, x = twin(net), X.clone().requires_grad_()
    (here(x) * upstream).sum().backward()
    assert torch.equal(found.output, here(x))
    torch.testing.assert_close(found.inputs[0], x.grad)
    torch.testing.assert_close(dict(found.parameters), {name: each.grad for name, each in here.named_parameters()})


def test_where_no_gradient_flows_there_is_none(submit: Submit) -> None:
    net = submit(NET.replace("self.conv(x)", "self.conv(x).detach()")).Net()
    found = net.vjp([X], torch.ones(2, 3))
    assert found.inputs == (None,)
    assert [name for name, each in found.parameters.items() if each is None] == ["conv.weight", "conv.bias"]
    cut = submit(NET.replace(".flatten(1))", ".flatten(1)).detach()")).Net()
    assert set(cut.vjp([X], torch.ones(2, 3)).parameters.values()) == {None}


def test_training_and_evaluation(submit: Submit) -> None:
    net = submit(NET.replace("return ", "return int(self.training) + ")).Net()
    first = net(X)
    net.eval()
    assert torch.allclose(net(X) + 1, first)
    net.train()
    assert torch.equal(net(X), first)


def test_shapes_on_the_way(submit: Submit) -> None:
    net = submit(NET).Net()
    assert net.shapes(X) == [("conv", "Conv2d", (2, 2, 2, 2)), ("linear", "Linear", (2, 3))]
    assert net.shapes(X) == net.shapes(X)  # no hook is left


def test_the_training_loop_learns_and_is_repeatable(submit: Submit) -> None:
    submission = submit(NET)
    images = torch.from_numpy(np.random.default_rng(0).normal(size=(60, 1, 4, 4)).astype(np.float32))
    labels = (images.sum((1, 2, 3)) > 0).long()
    first, second = submission.Net(), submission.Net()
    second.load_state_dict(first.state_dict())
    losses = [net.fit(images, labels, epochs=20, rate=0.05, seed=3) for net in (first, second)]
    assert losses[0] == losses[1]
    assert losses[0][-1] < losses[0][0] * 0.7
    assert torch.equal(first(images), second(images))
    assert (first(images).argmax(1) == labels).float().mean() > 0.8


def test_arguments_as_they_stood_after_it(submit: Submit) -> None:
    net = submit(NET.replace("return ", "x.zero_()\n        return ")).Net()
    reply = net.call("forward", X)
    assert torch.equal(reply.arguments[0], torch.zeros_like(X))
    assert X.abs().sum() > 0


def test_two_are_two_and_the_same_is_the_same(submit: Submit) -> None:
    submission = submit(NET + "\nKEPT = Net()\ndef kept():\n    return KEPT\n")
    assert repr(submission.kept()) == repr(submission.kept())
    assert not torch.equal(submission.Net()(X), submission.Net()(X))


def test_gradients_hold_against_differences(submit: Submit) -> None:
    check_grad(submit(NET).Net(), X, np.random.default_rng(0))


def test_a_wrong_backward_pass_is_found(submit: Submit) -> None:
    wrong = """
    class Twice(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        def backward(ctx, g):
            return 2 * g
    """
    net = submit(
        NET + dedent(wrong) + "\nNet.forward = lambda self, x: self.linear(Twice.apply(self.conv(x)).flatten(1))"
    )
    with pytest.raises(AssertionError, match="the input: along a random direction"):
        check_grad(net.Net(), X, np.random.default_rng(0))


# --- what a submission may do


@pytest.mark.parametrize(
    ("forward", "says"),
    [
        ("return self.conv(x), x", "the output: expected a tensor, got tuple"),
        ("return self.conv(x).tolist()", "the output: expected a tensor, got list"),
        ("return None", "the output: expected a tensor, got NoneType"),
        ("return self.conv(x).detach().numpy()", "the output: expected a tensor, got ndarray"),
    ],
)
def test_what_is_no_tensor_is_said(submit: Submit, forward: str, says: str) -> None:
    net = submit(NET + f"\ndef forward(self, x):\n    {forward}\nNet.forward = forward\n").Net()
    with pytest.raises(AssertionError, match=says):
        net(X)


@pytest.mark.parametrize(
    ("forward", "says"),
    [
        ("return self.conv(x).to(torch.bfloat16)", "a tensor that numpy cannot hold"),
        ("return torch.empty(2, 3, device='meta')", "a tensor that numpy cannot hold"),
        ("return x.to_sparse()", "a tensor that numpy cannot hold"),
        ("return type('Mine', (torch.Tensor,), {})(2)", "a value of type Mine"),
    ],
)
def test_what_cannot_cross_is_said(behind: Submit, forward: str, says: str) -> None:
    net = behind(NET + f"\ndef forward(self, x):\n    {forward}\nNet.forward = forward\n").Net()
    with pytest.raises(UnsupportedError, match=says):
        net(X)


def test_half_precision_crosses(submit: Submit) -> None:
    assert (
        submit(NET.replace("return ", "return 0 + ").replace("flatten(1))", "flatten(1)).half()")).Net()(X).dtype
        == torch.float16
    )


def test_a_state_that_does_not_fit_is_an_exception(submit: Submit) -> None:
    net = submit(NET).Net()
    with pytest.raises(RuntimeError, match="Missing key"):
        net.load_state_dict({"conv.weight": torch.zeros(2, 1, 3, 3)})


def test_a_constructor_with_arguments_is_an_exception(submit: Submit) -> None:
    with pytest.raises(TypeError, match="width"):
        submit(NET.replace("__init__(self)", "__init__(self, width)", 1)).Net()


def test_a_class_that_is_no_module(behind: Submit) -> None:
    with pytest.raises(UnsupportedError, match="a value of type Net"):
        behind("class Net: pass").Net()


def test_a_hook_that_lies_about_shapes_gives_no_more_than_a_claim(behind: Submit) -> None:
    lying = "import grader.worker.modules as m\nm.OPERATIONS['shapes'] = lambda net, *args: 'nonsense'\n"
    net = behind(NET + lying).Net()
    with pytest.raises(AssertionError, match="no shapes came back"):
        net.shapes(X)


def test_a_constructor_that_never_ends(zygotes: Zygotes) -> None:
    with zygotes.worker() as worker:
        loaded = worker.load(
            [(1, NET.replace("super().__init__()", "super().__init__()\n        while True: pass"), "")]
        )
        caller = Behind(worker, loaded.names, 0.2, "its calls took too long")
        with pytest.raises(Gone):
            Submission(caller).Net()
        assert str(caller.ended) == "its calls took too long"


def test_too_many_modules(submit: Submit) -> None:
    submission = submit(NET)
    for _ in range(MOST):
        submission.Net()
    with pytest.raises(RuntimeError, match=f"more than {MOST} modules"):
        submission.Net()


@pytest.mark.parametrize("name", ["module 7 forward", "module 0 __class__", "module x forward", "module -1 forward"])
def test_no_other_operation_is_found(behind: Submit, name: str) -> None:
    net = behind(NET).Net()
    with pytest.raises((LookupError, ValueError)):
        net._caller(name, (X,), {})
