"""What the demo's patients come with: where it hurts, what is needled, what is done beside the needles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of problem. Areas are (region, strongest pain 0-10); muscles in the order of needling; one side for all.

    `movement` is (id of the movement, degrees before care, degrees hoped for).
    """

    problem: str
    areas: tuple[tuple[str, int], ...]
    muscles: tuple[str, ...]
    movement: tuple[str, int, int]
    goal: str
    active: str
    home: str
    source: str


CASES = (
    Case(
        "Neck and shoulder pain",
        (("neck_lateral", 6), ("shoulder_superior", 7)),
        ("upper_trapezius", "levator_scapulae"),
        ("neck_rotation", 52, 70),
        "Turn my head far enough to reverse the car",
        "Neck strengthening",
        "Slow neck turns, five times a day",
        "Muscle tension at the computer",
    ),
    Case(
        "Shoulder pain at the front",
        (("shoulder_anterior", 6), ("upper_arm_lateral", 4)),
        ("infraspinatus", "teres_minor"),
        ("shoulder_abduction", 120, 170),
        "Reach the top shelf",
        "Rotator cuff exercises",
        "Wall slides twice a day",
        "Rotator cuff related pain",
    ),
    Case(
        "Low back pain",
        (("lumbar", 6), ("buttock_upper", 4)),
        ("gluteus_medius", "lumbar_multifidus"),
        ("back_flexion", 35, 55),
        "Put on my shoes without holding on",
        "Graded lifting",
        "Walk ten minutes, three times a day",
        "Low back pain without a known cause",
    ),
    Case(
        "Buttock pain when sitting",
        (("buttock_middle", 6), ("thigh_posterior", 4)),
        ("piriformis", "gluteus_maximus"),
        ("hip_internal_rotation", 25, 40),
        "Sit through a film",
        "Hip strengthening",
        "Stand up every half hour",
        "Muscle tension of the hip rotators",
    ),
    Case(
        "Outer hip pain",
        (("hip_lateral", 6), ("thigh_lateral", 4)),
        ("tensor_fasciae_latae", "gluteus_medius"),
        ("hip_abduction", 25, 40),
        "Sleep on that side again",
        "Side-lying leg raises",
        "Climb stairs slowly, once a day",
        "Osteoarthritis of the hip",
    ),
    Case(
        "Knee pain on stairs",
        (("knee_anterior", 5), ("thigh_anterior", 3)),
        ("vastus_lateralis", "rectus_femoris"),
        ("knee_flexion", 105, 130),
        "Walk down the stairs to the train",
        "Squats to a chair",
        "Sit to stand, ten times, twice a day",
        "Osteoarthritis of the knee",
    ),
    Case(
        "Calf cramps",
        (("leg_posterior", 6), ("foot_arch", 3)),
        ("gastrocnemius", "soleus"),
        ("ankle_dorsiflexion", 8, 18),
        "Run five kilometres",
        "Heel raises",
        "Calf stretch against the wall, morning and evening",
        "Muscle overload from running",
    ),
    Case(
        "Heel pain in the morning",
        (("heel", 7), ("foot_arch", 5)),
        ("soleus", "flexor_digitorum_brevis"),
        ("ankle_dorsiflexion", 6, 15),
        "Get out of bed without limping",
        "Foot strengthening",
        "Roll the foot over a ball before getting up",
        "Plantar heel pain",
    ),
    Case(
        "Tennis elbow",
        (("elbow_lateral", 6), ("forearm_dorsal", 4)),
        ("extensor_carpi_radialis_brevis", "extensor_digitorum"),
        ("wrist_extension", 45, 65),
        "Lift a full kettle",
        "Slow wrist curls with a weight",
        "Grip a towel, ten times, twice a day",
        "Tendon pain of the wrist extensors",
    ),
    Case(
        "Tension headache",
        (("temple", 5), ("occiput", 5)),
        ("temporalis", "upper_trapezius"),
        ("neck_flexion", 35, 48),
        "A working week without tablets",
        "Deep neck flexor training",
        "Short breaks from the screen every hour",
        "Tension-type headache",
    ),
    Case(
        "Jaw pain",
        (("jaw", 5), ("jaw_joint", 6)),
        ("masseter", "temporalis"),
        ("neck_rotation", 60, 72),
        "Bite into an apple",
        "Jaw opening exercise",
        "Rest the tongue behind the front teeth",
        "Muscle pain of the jaw",
    ),
    Case(
        "Hamstring strain",
        (("thigh_posterior", 5), ("buttock_lower", 3)),
        ("biceps_femoris", "semimembranosus_semitendinosus"),
        ("hip_flexion", 80, 110),
        "Play football again",
        "Nordic hamstring exercise",
        "Bridges, ten times, once a day",
        "Muscle strain",
    ),
)
