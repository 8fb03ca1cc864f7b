import torch

from cra_plugin.functional.gather_rows import gather_rows
from tests.helpers.process_group import run_processes


def gather(rank):
    rows = torch.arange(4.).view(2, 2).T + 10 * rank
    rows.requires_grad_()
    gathered = gather_rows(rows)
    # Each process weighs the rows by numbers of its own.
    weights = torch.arange(6.)[:, None] * (rank + 1)
    (gathered * weights).sum().backward()
    numbers = gather_rows(torch.tensor([rank, rank]))
    return gathered.tolist(), rows.grad.tolist(), numbers.tolist()


def test_rows_and_gradients_of_three_processes():
    for rank, (gathered, gradient, numbers) in enumerate(
            run_processes(gather, 3)):
        assert gathered == [[0, 2], [1, 3], [10, 12], [11, 13], [20, 22],
                            [21, 23]]
        # 1 + 2 + 3 times the number of the row.
        assert gradient == [[12. * rank] * 2, [12. * rank + 6] * 2]
        assert numbers == [0, 0, 1, 1, 2, 2]


def test_alone_nothing_is_done():
    rows = torch.randn(2, 3)
    assert gather_rows(rows) is rows
