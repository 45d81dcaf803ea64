"""First names, and family names that nobody bears: a word of fiction and a plant."""

PRENOMS = (
    "Adèle", "Amine", "Anaïs", "Antoine", "Aurélie", "Awa", "Baptiste", "Bénédicte", "Camille",
    "Carole", "Cédric", "Chloé", "Claire", "Damien", "Élodie", "Émile", "Fatou", "Florian",
    "Gaëlle", "Hélène", "Hugo", "Inès", "Jérôme", "Julie", "Karim", "Laure", "Léa", "Lucas",
    "Maëlys", "Malik", "Manon", "Mathieu", "Mehdi", "Naïma", "Nicolas", "Noémie", "Olivier",
    "Pauline", "Rachid", "Sandrine", "Sofia", "Thomas", "Vincent", "Yasmine", "Yves", "Zoé",
)  # fmt: skip

FICTIONS = (
    "Essai", "Exemple", "Factice", "Fictif", "Imaginaire", "Inventé", "Maquette", "Modèle",
    "Prototype", "Spécimen",
)  # fmt: skip

PLANTES = (
    "Acacia", "Aneth", "Bleuet", "Bruyère", "Cerfeuil", "Chicorée", "Coriandre", "Épilobe",
    "Estragon", "Fougère", "Genêt", "Glycine", "Houblon", "Jonquille", "Lavande", "Lierre",
    "Mélisse", "Myrtille", "Noisetier", "Ortie", "Pâquerette", "Pissenlit", "Primevère",
    "Romarin", "Sarriette", "Thym", "Tilleul", "Trèfle", "Valériane", "Verveine",
)  # fmt: skip
