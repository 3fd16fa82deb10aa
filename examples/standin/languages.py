"""Which language a text is in, a small dictionary into English, and the sentences replies are made of."""

from __future__ import annotations

import re

from examples.standin.words import WORD, stems

FUNCTION_WORDS = {
    "en": "the and is are my i you have has not with for this that was please it can to of when",
    "de": """der die das und ist ich nicht mein meine meiner mit für ein eine einen bitte habe wurde auf sie zu
        den es kann wir""",
    "fr": """le la les et est je ne pas mon ma mes avec pour un une des vous du été bonjour sur ai que il nous
        j'ai""",
    "es": """el la los las y es no mi mis con para un una por que se he ha está del me hola favor yo en""",
    "it": "il lo gli e è non mio mia con per un una ho che sono del della di grazie vi ciao",
}
#: General vocabulary, foreign to English. Nothing here is about one company or one case.
DICTIONARY = {
    "de": """rechnung=invoice rechnungen=invoices abgebucht=charged abbuchung=charge doppelt=twice geld=money
        zurück=back erstattung=refund erstatten=refund erstattet=refunded rückerstattung=refund
        bezahlt=paid zahlung=payment zahlen=pay bezahlen=pay preis=price kosten=cost kreditkarte=card
        konto=account passwort=password kennwort=password anmelden=login einloggen=login anmeldung=login
        gesperrt=locked kündigen=cancel lieferung=delivery paket=parcel geliefert=delivered
        bestellung=order sendung=shipment verspätet=late kaputt=broken defekt=defective fehler=error
        fehlermeldung=error absturz=crash abgestürzt=crashed stürzt=crash gerät=device verbindet=connect
        verbindung=connection funktioniert=works rauch=smoke brennt=fire dringend=urgent
        sofort=immediately adresse=address ändern=change löschen=delete vielen=many buch=book
        pflanze=plant ausleihe=loan verlängern=renew frage=question lob=praise öffnungszeiten=hours
        rabatt=discount gutschein=voucher umsatzsteuer=vat abo=subscription abonnement=subscription
        bildschirm=screen akku=battery ladegerät=charger verloren=lost angekommen=arrived
        lautsprecher=speaker lampe=lamp vorschlag=suggestion anwalt=lawyer""",
    "fr": """facture=invoice factures=invoices débité=charged débitée=charged prélèvement=charge
        prélevé=charged remboursement=refund rembourser=refund remboursé=refunded argent=money payé=paid
        paiement=payment payer=pay prix=price coûte=cost carte=card compte=account passe=password
        connecter=login connexion=login bloqué=locked résilier=cancel livraison=delivery colis=parcel
        livré=delivered livrée=delivered commande=order livreur=courier retard=late cassé=broken
        cassée=broken panne=broken défectueux=defective erreur=error plante=plant appareil=device
        écran=screen marche=works fonctionne=works fumée=smoke feu=fire urgent=urgent
        immédiatement=immediately adresse=address changer=change supprimer=delete livre=book emprunt=loan
        prolonger=renew question=question réduction=discount abonnement=subscription batterie=battery
        chargeur=charger perdu=lost arrivé=arrived lampe=lamp suggestion=suggestion avocat=lawyer
        bloque=crash application=app""",
    "es": """factura=invoice facturas=invoices cobrado=charged cobraron=charged cargo=charge reembolso=refund
        devolución=refund dinero=money pagado=paid pago=payment pagar=pay precio=price cuesta=cost
        tarjeta=card cuenta=account contraseña=password sesión=login entrar=login bloqueada=locked
        cancelar=cancel entrega=delivery paquete=parcel entregado=delivered pedido=order envío=shipment
        repartidor=courier retraso=late roto=broken rota=broken defectuoso=defective error=error
        dispositivo=device pantalla=screen funciona=works humo=smoke fuego=fire urgente=urgent
        inmediatamente=immediately dirección=address cambiar=change borrar=delete eliminar=delete
        libro=book planta=plant préstamo=loan renovar=renew pregunta=question descuento=discount
        suscripción=subscription batería=battery cargador=charger perdido=lost llegado=arrived
        lámpara=lamp sugerencia=suggestion abogado=lawyer aplicación=app altavoz=speaker""",
}
NAMES = {"english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it"}

#: What a reply is made of. A language that has no row here is answered in English.
SENTENCES = {
    "en": {
        "thanks": "Thank you for your message.",
        "dear": "Dear customer,",
        "friendly": "Thanks so much for reaching out!",
        "about": "You wrote: “{}”.",
        "noted": "We have noted {}.",
        "team": "Our {} team will look into it.",
        "look": "We will look into it.",
        "refund": "You will get your money back within five days.",
        "missing": "Please send us {}.",
        "refuse": "I am sorry, I cannot help with {}.",
        "hello": "Hello {},",
    },
    "de": {
        "thanks": "Vielen Dank für Ihre Nachricht.",
        "dear": "Sehr geehrte Damen und Herren,",
        "friendly": "Schön, dass Sie uns schreiben!",
        "about": "Sie schreiben: „{}“.",
        "noted": "Wir haben notiert: {}.",
        "team": "Unser Team {} kümmert sich darum.",
        "look": "Wir kümmern uns darum.",
        "refund": "Sie erhalten Ihr Geld innerhalb von fünf Tagen zurück.",
        "missing": "Bitte senden Sie uns {}.",
        "refuse": "Dabei kann ich leider nicht helfen: {}.",
        "hello": "Guten Tag {},",
    },
    "fr": {
        "thanks": "Merci pour votre message.",
        "dear": "Madame, Monsieur,",
        "friendly": "Un grand merci de nous écrire !",
        "about": "Vous écrivez : « {} ».",
        "noted": "Nous avons noté : {}.",
        "team": "Notre équipe {} s'en occupe.",
        "look": "Nous nous en occupons.",
        "refund": "Vous serez remboursé sous cinq jours.",
        "missing": "Merci de nous envoyer {}.",
        "refuse": "Je regrette, je ne peux pas vous aider : {}.",
        "hello": "Bonjour {},",
    },
    "es": {
        "thanks": "Gracias por su mensaje.",
        "dear": "Estimado cliente:",
        "friendly": "¡Mil gracias por escribirnos!",
        "about": "Usted escribe: «{}».",
        "noted": "Hemos anotado: {}.",
        "team": "Nuestro equipo de {} se ocupará de ello.",
        "look": "Nos ocuparemos de ello.",
        "refund": "Le devolveremos el dinero en cinco días.",
        "missing": "Por favor, envíenos {}.",
        "refuse": "Lo siento, no puedo ayudarle con {}.",
        "hello": "Hola {}:",
    },
}


def _dictionary(pairs: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in pairs.split())


_TO_ENGLISH = {code: _dictionary(pairs) for code, pairs in DICTIONARY.items()}
_MARKERS = {code: frozenset(words.split()) for code, words in FUNCTION_WORDS.items()}
_ELISION = re.compile(r"\b(?:l|d|j|m|n|s|t|c|qu)'")  # French: l'écran is écran
_LETTERS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def detect(text: str) -> str:
    """The language whose function words are most frequent; English when nothing tells."""
    words = _LETTERS.findall(text.lower().replace("’", "'"))  # noqa: RUF001
    counts = {code: sum(word in markers for word in words) for code, markers in _MARKERS.items()}
    return max(counts, key=lambda code: counts[code])


def meaning(text: str) -> tuple[str, ...]:
    """The stems of a text in English, foreign words translated where the dictionary has them."""
    table = _TO_ENGLISH.get(detect(text))
    if table is None:
        return stems(text)
    words = WORD.findall(_ELISION.sub("", text.lower().replace("’", "'")))  # noqa: RUF001
    return stems(" ".join(table.get(word, word) for word in words))


def sentence(language: str, key: str, value: str = "") -> str:
    return SENTENCES.get(language, SENTENCES["en"])[key].format(value)
