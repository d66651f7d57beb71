"""One drawing given to another program, in a process of its own: JSON in, times and posteriors as JSON out.

Runs in .venv-bench, so it imports nothing of ours. What is given: only the muscles that reach a drawn place, the
silence of all other places already in their chances, one noisy-OR node a place with all places observed. What is timed:
from the finished network to the posterior of every muscle, not the building of the network.
"""

import json
import resource
import sys
import time
import warnings

MOST_BYTES = 6 * 1024**3
OFF, ON = "off", "on"


def main():
    """Read one question from standard input, answer it."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    asked = json.load(sys.stdin)
    warnings.filterwarnings("ignore")
    rival = {"pyagrum": pyagrum_once, "pgmpy": pgmpy_once}[asked["rival"]]
    made = rival(asked)
    took, found = [], []
    while not took or (len(took) < asked["runs"] and sum(took) < asked["patience"]):
        begun = time.perf_counter()
        found = made()
        took.append(time.perf_counter() - begun)
    print(json.dumps({"seconds": min(took), "posteriors": found}))


def pyagrum_once(asked):
    """Noisy-OR nodes of their own (addNoisyORNet, with the leak as external weight)."""
    import pyagrum

    net = pyagrum.BayesNet()
    causes = [net.add(pyagrum.LabelizedVariable(f"m{n}", "", [OFF, ON])) for n in range(len(asked["chances"]))]
    for cause, chance in zip(causes, asked["chances"], strict=True):
        net.cpt(cause)[:] = [1 - chance, chance]
    for place, parents in enumerate(asked["parents"]):
        node = net.addNoisyORNet(pyagrum.LabelizedVariable(f"p{place}", "", [OFF, ON]), asked["leak"])
        for cause, chance in parents:
            net.addWeightedArc(causes[cause], node, chance)
    observed = {f"p{place}": ON for place in range(len(asked["parents"]))}

    def once():
        engine = getattr(pyagrum, asked["engine"])(net)
        engine.setEvidence(observed)
        engine.setTargets({f"m{n}" for n in range(len(causes))})
        engine.makeInference()
        return [float(engine.posterior(cause)[1]) for cause in causes]

    return once


def pgmpy_once(asked):
    """NoisyORCPD, which has no leak: one more parent that is always there, with the leak as its chance."""
    from pgmpy.factors.discrete import NoisyORCPD, TabularCPD
    from pgmpy.inference import BeliefPropagation, VariableElimination
    from pgmpy.models import DiscreteBayesianNetwork

    names = [f"m{n}" for n in range(len(asked["chances"]))]
    net = DiscreteBayesianNetwork()
    net.add_nodes_from([*names, "always"])
    states = ["True", "False"]
    for name, chance in zip([*names, "always"], [*asked["chances"], 1.0], strict=True):
        net.add_cpds(TabularCPD(name, 2, [[chance], [1 - chance]], state_names={name: states}))
    for place, parents in enumerate(asked["parents"]):
        given = ["always", *(names[cause] for cause, _ in parents)]
        net.add_node(f"p{place}")
        net.add_edges_from((one, f"p{place}") for one in given)
        net.add_cpds(NoisyORCPD(f"p{place}", [asked["leak"], *(chance for _, chance in parents)], given))
    observed = {f"p{place}": "True" for place in range(len(asked["parents"]))} | {"always": "True"}

    def once():
        if asked["engine"] == "BeliefPropagation":
            engine = BeliefPropagation(net)
            tables = {name: engine.query([name], evidence=observed, show_progress=False) for name in names}
        else:
            engine = VariableElimination(net)
            tables = engine.query(names, evidence=observed, joint=False, show_progress=False)
        return [float(tables[name].get_value(**{name: "True"})) for name in names]

    return once


if __name__ == "__main__":
    main()
