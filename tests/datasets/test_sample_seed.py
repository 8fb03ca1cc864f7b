import copy
import multiprocessing
import pickle

from cra_plugin.datasets.sample_seed import SampleSeed


def draw(seed, key='v_1'):
    return seed.generator(key).integers(2**62).item()


def test_a_function_of_seed_epoch_and_key():
    seed, same = SampleSeed(1), SampleSeed(1)
    first = draw(seed)
    assert draw(seed) == first == draw(same)
    assert draw(seed, 'v_2') != first
    assert draw(SampleSeed(2)) != first
    seed.set(1)
    assert draw(seed) != first
    seed.set(0, seed=2)
    assert draw(seed) == draw(SampleSeed(2)) != first


def test_copies_are_shared_memory_and_independent():
    seed = SampleSeed(3)
    seed.set(7)
    for other in (copy.deepcopy(seed), pickle.loads(pickle.dumps(seed))):
        assert draw(other) == draw(seed)
    other = copy.deepcopy(seed)
    other.set(8)
    assert other._state.is_shared() and draw(other) != draw(seed)


def _answer(seed, pipe):
    while pipe.recv():
        pipe.send(draw(seed))


def test_a_change_reaches_a_running_process():
    seed = SampleSeed()
    context = multiprocessing.get_context('fork')
    here, there = context.Pipe()
    process = context.Process(target=_answer, args=(seed, there))
    process.start()
    for epoch in range(3):
        seed.set(epoch, seed=5)
        here.send(True)
        assert here.recv() == draw(seed)
    here.send(False)
    process.join()
